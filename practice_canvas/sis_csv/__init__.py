"""What Canvas knows of SIS CSV files."""
