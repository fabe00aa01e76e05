"""Proofs about what riders see in a browser."""
