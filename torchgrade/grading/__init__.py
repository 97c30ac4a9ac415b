"""Grader processes: the trusted side of the wall, apart from whoever asked for marks."""
