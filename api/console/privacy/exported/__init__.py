"""The document that somebody gets who asks what is held about them."""
