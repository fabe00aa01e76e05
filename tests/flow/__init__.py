"""Flows through real parts: store, keyring, bots, words and the local timeline."""
