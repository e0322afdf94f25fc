"""Whether everything is set up: each step of bringing a line into use, looked at, with what is wrong in plain words."""
