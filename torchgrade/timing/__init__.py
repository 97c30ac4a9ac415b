"""How fast student code is against a reference, measured from outside; see docs/timing.md."""
