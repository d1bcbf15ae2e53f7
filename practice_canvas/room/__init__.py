"""A room: many practice Canvases, the seats, served by one process to the learners of a class."""
