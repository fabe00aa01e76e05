"""Stand-ins for what is outside: honest ones, that show a double post twice."""
