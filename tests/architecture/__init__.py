"""Proofs about the house itself: its files, names, licences and set-up."""
