"""What became of a carer and of whom they care for, a day and a week after a call for help was closed."""
