"""When another program could not be told of an escalation: people hear of it another way."""
