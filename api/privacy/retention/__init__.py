"""What goes by itself, when, and why: the rules of `data/privacy/retention.yml`, carried out each night."""
