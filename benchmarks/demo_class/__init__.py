"""The parts of `benchmarks.make_class`: people, what they write, and how they hand it in."""
