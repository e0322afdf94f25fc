"""Drills before each shift: that everybody about to go on call can be paged, and answers."""
