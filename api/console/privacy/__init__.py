"""Privacy: what is kept for how long, one person's data, holds, erasures, and consents."""
