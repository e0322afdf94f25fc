"""What was found out afterwards: carers' two answers, how they were at 24 hours and 7 days, what reviewers said."""
