"""Forms of our feeds that need a library."""
