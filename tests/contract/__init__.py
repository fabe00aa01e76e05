"""One suite of promises per port, run on every adapter."""
