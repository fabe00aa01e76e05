"""What the inside needs from the outside, as small protocols."""
