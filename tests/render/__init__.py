"""What riders read: words and how they fit."""
