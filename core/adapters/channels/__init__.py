"""Where posts go: one platform a file."""
