"""The second factor at sign-in: asking for a code, and setting one up the first time."""
