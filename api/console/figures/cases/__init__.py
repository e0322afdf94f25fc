"""The cases behind a figure, for those who may read them."""
