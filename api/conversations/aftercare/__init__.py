"""After it has gone still: the two questions to the carer, and what became of them later (`outcomes`)."""
