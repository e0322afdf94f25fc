"""Events out: where other programs want to hear of what happens here, and what became of telling them."""
