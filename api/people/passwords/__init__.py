"""What a password must be, and setting one."""
