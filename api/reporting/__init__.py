"""Figures with no person in them: how many carers, how soon they were helped, and for whom it works less well."""
