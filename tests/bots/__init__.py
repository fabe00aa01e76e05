"""The bots: pure answers to log entries."""
