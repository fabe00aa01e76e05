"""The fleet's inside and its rooms; it never knows a bot."""
