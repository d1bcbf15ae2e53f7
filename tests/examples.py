"""How many examples Hypothesis tries: a share of what the profile in conftest.py says."""

from hypothesis import settings


def examples(share: float) -> settings:
    """Return settings with fewer examples than usual, for what takes long, or with more of them."""
    return settings(max_examples=max(1, round(settings().max_examples * share)))
