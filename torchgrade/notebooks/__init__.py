"""nbgrader classrooms: the course's exercises as notebooks, and their grading."""
