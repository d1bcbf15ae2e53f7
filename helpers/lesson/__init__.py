"""What only the lesson needs: the exercise checks and the set-up check."""
