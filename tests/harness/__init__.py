"""What every test stands on: real PostgreSQL, the line on a real port, a pretend carrier, a clock to move."""
