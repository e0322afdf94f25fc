"""What became of carers a day and a week after a call for help was closed: what is due, and recording it."""
