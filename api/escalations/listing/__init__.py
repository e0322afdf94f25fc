"""Lists of escalations, pages and tasks, for other programs."""
