"""The import queue: the worker process, and how it runs one import after another."""
