"""nbgrader classrooms: the course's exercises as notebooks, and their grading."""

from torchgrade.notebooks.configuration import configure

__all__ = ["configure"]
