"""What another organisation is told of a referral, and where it is told."""
