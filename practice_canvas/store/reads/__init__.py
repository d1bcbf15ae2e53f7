"""Queries that change nothing: what the API and the pages show, and what importers look up."""
