"""Where incident records come from."""
