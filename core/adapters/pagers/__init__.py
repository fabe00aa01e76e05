"""Ways to call a person."""
