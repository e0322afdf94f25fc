"""The work list: call-backs, missed calls, voicemails, replies and referrals, and what is done about one."""
