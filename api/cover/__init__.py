"""Whether the shifts that come next will be held, said before they begin."""
