"""Rules for rows that several importers share."""
