"""Credentials and keys, kept outside YAML and store."""
