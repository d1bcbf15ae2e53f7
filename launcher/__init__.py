"""What start.py does, with the standard library alone: set up .venv, then run the lesson's own programs."""
