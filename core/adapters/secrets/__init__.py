"""Where keys and tokens are kept."""
