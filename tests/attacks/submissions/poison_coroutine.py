# exercise: gate
# expect: *=unsupported
"""An awaitable."""
async def later():
    return 0


KEPT = []


def double(x):
    return KEPT.append(later()) or KEPT[-1]
