"""Understanding what a carer wrote: a sentence encoder that ships in a package, and a small classifier on top of it."""
