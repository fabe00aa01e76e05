"""The proof of delivery: lives of a fleet that end at numbered steps, judged by what three platforms have on record."""
