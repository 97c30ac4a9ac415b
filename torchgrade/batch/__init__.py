"""Batch grading: many submissions, many processes, and nothing lost on the way."""
