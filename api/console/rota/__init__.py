"""The rota: who is on call, and keeping it."""
