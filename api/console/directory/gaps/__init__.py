"""What is missing from the directory: by what carers asked for in vain, and by place."""
