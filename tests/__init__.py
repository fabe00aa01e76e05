"""Proofs of what the fleet promises, through real parts."""
