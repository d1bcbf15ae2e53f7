"""Changes by imports, by the queue and by hand, with the lookups that only these need."""
