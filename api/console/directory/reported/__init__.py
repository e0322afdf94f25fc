"""What reviewers found wrong with the directory, for those who keep it."""
