"""The services that carers are referred to, as data/referrals has them."""
