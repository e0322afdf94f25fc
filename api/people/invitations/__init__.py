"""Links with which somebody sets their first password, or a new one."""
