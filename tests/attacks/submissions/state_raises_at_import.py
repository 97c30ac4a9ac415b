# exercise: gullible
# expect: *=import
"""Raises while it is loaded what a test wants to see raised by a call."""
raise ValueError("not a tensor")
