"""Pages for students and instructors, each one HTML file that needs nothing else.

What they show comes from submissions in large part. `markup` makes it harmless, templates escape
whatever `markup` has not made, and a policy in each page (`document`) keeps scripts other than
the page's own from running, and anything from being loaded.
"""

from __future__ import annotations

from torchgrade.report.html.class_page import overview_page
from torchgrade.report.html.student_page import feedback

__all__ = ["feedback", "overview_page"]
