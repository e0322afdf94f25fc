"""What every test stands on: a real PostgreSQL, the line served on a real port, a pretend carrier, and a clock to move."""
