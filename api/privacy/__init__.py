"""What is kept of people, for how long, and how it goes: retention, erasure, access, holds and consent."""
