"""The SIS import engine: files in, changed school and messages out. It knows no request, thread or clock."""
