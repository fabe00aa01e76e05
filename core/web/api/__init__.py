"""What other systems say to the fleet over HTTP."""
