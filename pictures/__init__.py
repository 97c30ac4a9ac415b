"""The pictures in statements, drawn by scripts: ``python -m pictures``."""
