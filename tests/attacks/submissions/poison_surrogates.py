# exercise: gate
# expect: *=type
"""Halves of surrogate pairs, terminal escapes and direction overrides."""


def double(x):
    return "\ud800\x1b[2J\x1b]0;owned\x07\u202e<script>=cmd()\r\n\0" * 3
