"""Trains the learned screen (`make screen`): seldom, by hand, in an environment of its own. See docs/decisions/0004."""
