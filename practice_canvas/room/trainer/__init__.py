"""The trainer's view of a room."""
