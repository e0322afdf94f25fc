"""Which endpoints there are, and trying again what was not delivered."""
