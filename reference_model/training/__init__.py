"""Training: what a recipe says, what a step does, and how far it has come."""
