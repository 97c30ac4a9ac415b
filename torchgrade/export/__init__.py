"""What leaves the gradebook: files for learning management systems and other programs.

The writers are pure: they take `torchgrade.marks.ClassMarks` and results and return bytes, or
write to a stream that the caller gives them.
"""
