"""One conversation: the thread, the number, tasks, and writing as a person."""
