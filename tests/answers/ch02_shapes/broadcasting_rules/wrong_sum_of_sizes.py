"""Sizes that meet are added up unless they are equal; a mistake that nobody has foreseen."""


def broadcast_shape(*shapes):
    rank = max((len(s) for s in shapes), default=0)
    out = [0] * rank
    for s in shapes:
        for i in range(1, len(s) + 1):
            if out[-i] != s[-i]:
                out[-i] += s[-i]
    return tuple(out)


def broadcast_pair(a, b):
    return a * 2, b * 2
