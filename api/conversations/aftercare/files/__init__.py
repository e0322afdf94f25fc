"""Reading data/aftercare.yml, and whether a team has the survey."""
