"""The records of data/directory, and how they get into the database."""
