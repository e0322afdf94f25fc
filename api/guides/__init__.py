"""Short conversations that end in a few chosen words: which question comes next, and what is said in the end."""
