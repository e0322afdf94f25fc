"""What must be reviewed, and by whom."""
