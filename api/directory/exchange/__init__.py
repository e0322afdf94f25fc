"""Services from elsewhere into our directory, and ours out of it, in the shape of Open Referral UK."""
