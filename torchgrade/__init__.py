"""torchgrade: exercises and grading for PyTorch courses.

This package's root imports nothing, so that ``course --help`` and the student process
pay only for what they use.
"""
