"""One Canvas and one token: requests, answers, guards, polling."""
