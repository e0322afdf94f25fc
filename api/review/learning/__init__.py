"""How a miss becomes a better line: proposals, their owners' decisions, and releases that are measured before use."""
