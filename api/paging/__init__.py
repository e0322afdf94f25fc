"""Reaching staff, and keeping on until somebody accepts."""
