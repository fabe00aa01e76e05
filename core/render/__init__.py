"""Words and pictures, made by pure functions."""
