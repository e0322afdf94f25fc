"""A caller who stays on the line while a nurse is rung, and the two of them together."""
