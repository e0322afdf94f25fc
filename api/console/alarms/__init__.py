"""Alarms at the top of the board, until somebody says by name that they have seen them."""
