"""How well the line recognises what people say: labelled messages through the whole recogniser, and the figures."""
