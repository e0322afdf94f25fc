"""The last drill, as the board shows it."""
