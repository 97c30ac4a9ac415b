# exercise: stamina
# expect: *=timeout|cpu_time
"""Never returns."""


def double(x):
    while True:
        pass
