"""Pretend phones for a developer's machine."""
