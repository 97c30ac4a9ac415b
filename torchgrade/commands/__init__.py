"""The commands of ``course``, one module each with a function ``run`` that returns the exit code.

They are imported when they are called, so that ``course --help`` needs none of them.
"""
