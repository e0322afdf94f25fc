"""A carer who needs a person: states, allowed moves, timeline, and the tasks beside it."""
