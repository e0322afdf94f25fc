"""A record of the directory as its file has it, out of the database and into it."""
