"""The assistant: Rasa 3.6 in an environment of its own, with our way in, our tracker store and our understanding."""
