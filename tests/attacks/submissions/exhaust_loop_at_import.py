# exercise: stamina
# expect: *=timeout|cpu_time
"""Never finishes loading."""
while True:
    pass
