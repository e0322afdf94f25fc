"""How far reviewers agree, and how much of what mattered was heard."""
