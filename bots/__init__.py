"""One bot per line of lines.yaml."""
