"""What runs beside a student's own code in the kernel of a notebook."""
