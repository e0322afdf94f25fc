"""Who of our people somebody is that another organisation has signed in."""
