"""The wall, tried from both sides: what each level denies, what a fault costs, what crosses."""
