"""Setting the fleet up on a machine."""
