"""A team's own office by day: when it is open, what carers hear first then and otherwise, and putting them through."""
