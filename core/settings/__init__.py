"""lines.yaml and the environment, read into frozen values."""
