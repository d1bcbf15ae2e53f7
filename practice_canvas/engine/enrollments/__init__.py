"""What importing enrollments is made of: people, places, a chunk's enrollments, linked observers."""
