"""The desk at which information staff keep records: change, check, retire and bring back, with a history."""
