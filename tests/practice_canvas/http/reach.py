"""What the tests about reach share: where a server listens, which name it also accepts, what is called."""

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 (what is tried)
ALLOWED = "practice.example"
HEALTH, RESET = ("GET", "/practice/health"), ("POST", "/practice/reset")
