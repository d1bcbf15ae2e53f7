"""The queue of SIS imports: the worker process, and how it runs one import after the other."""
