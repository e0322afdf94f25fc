"""What a team can switch for a while: no free nurse, people only, a channel off."""
