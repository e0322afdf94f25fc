"""What the assistant does: each action asks the API, and says only what the API has confirmed."""
