"""The pages that riders read."""
