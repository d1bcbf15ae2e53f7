"""The REST resources of the practice Canvas, one module each."""
