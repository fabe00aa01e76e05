"""One-line faults, each with the tests that must go red when it is planted."""
