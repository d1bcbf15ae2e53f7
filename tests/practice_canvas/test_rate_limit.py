import pytest

from practice_canvas.api.errors import ApiError
from practice_canvas.api.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limit(clock: Clock) -> RateLimit:
    return RateLimit(clock)


def test_one_request_at_a_time_never_fills_the_bucket(limit: RateLimit) -> None:
    for _ in range(1000):
        headers = limit.leave(limit.enter("t", 600, 403), 0.01, 600)
    assert headers["X-Rate-Limit-Remaining"] == "590.0000"


def test_many_at_once_do_because_of_what_each_reserves(limit: RateLimit) -> None:
    for _ in range(12):
        limit.enter("t", 600, 403)
    with pytest.raises(ApiError) as refused:
        limit.enter("t", 600, 403)
    assert (refused.value.status, refused.value.headers) == (403, {"X-Rate-Limit-Remaining": "0.0"})
    limit.enter("another token", 600, 403)


def test_a_full_bucket_leaks(limit: RateLimit, clock: Clock) -> None:
    for _ in range(12):
        limit.enter("t", 600, 429)
    clock.now = 0.5
    assert limit.enter("t", 600, 429).level == 645


def test_it_leaks_while_a_request_is_answered(limit: RateLimit, clock: Clock) -> None:
    for _ in range(3):
        bucket = limit.enter("t", 600, 429)
    clock.now = 2.0
    headers = limit.leave(bucket, 0.0, 600)
    assert headers["X-Rate-Limit-Remaining"] == "520.0000"  # 150 reserved, 20 leaked, 50 given back
    assert bucket.level == 80


@pytest.mark.parametrize(("full", "refused"), [(601, False), (600, True), (599, True)])
def test_a_bucket_that_is_exactly_full_is_full(limit: RateLimit, full: float, refused: bool) -> None:
    for _ in range(12):
        limit.enter("t", full=1e6, status=403)
    if not refused:
        assert limit.enter("t", full, 403).level == 650
        return
    with pytest.raises(ApiError):
        limit.enter("t", full, 403)


def test_switched_off_it_only_counts(limit: RateLimit) -> None:
    buckets = {id(limit.enter("t", 600, 0)) for _ in range(50)}
    assert len(buckets) == 1
    assert limit.leave(limit.enter("t", 600, 0), 0, 600)["X-Rate-Limit-Remaining"] == "0.0000"


def test_the_level_never_goes_beyond_the_top(limit: RateLimit) -> None:
    for _ in range(100):
        bucket = limit.enter("t", 600, 0)
    assert bucket.level == 800


def test_a_pause_between_requests(limit: RateLimit, clock: Clock) -> None:
    limit.leave(limit.enter("t", 600, 403, pause=3), 0, 600)
    with pytest.raises(ApiError):
        limit.enter("t", 600, 403, pause=3)
    clock.now = 3.0
    limit.enter("t", 600, 403, pause=3)
