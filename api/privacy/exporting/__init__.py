"""Everything that is held about one person, gathered to be handed to them."""
