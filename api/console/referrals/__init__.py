"""The list of referrals, and one of them: what is passed on, the carer's yes, and what may be done."""
