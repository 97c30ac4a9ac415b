# exercise: gate
# expect: *=raised
"""A message that talks to the terminal."""


def double(x):
    raise RuntimeError("\x1b[2J\x1b]0;x\x07\u202e\ud800\r passed <script>alert(1)</script>")
