"""The SIS import engine: files in, a changed school and messages out; no requests, threads or clocks."""
