"""The command line, used as people and scripts use it."""
