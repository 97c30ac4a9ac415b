# exercise: stamina
# expect: *=protocol|raised|exited|timeout
"""Closes the channel to the grader and lives on."""
import os
import time


def double(x):
    os.close(3)
    os.close(4)
    time.sleep(1000)
