"""What carers were asked and told: asks and what became of them, and services that were named."""
