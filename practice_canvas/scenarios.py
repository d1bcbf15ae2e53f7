"""Incidents that a learner can start and end, to see them once before they happen for real."""

STUCK_IN_CREATED = "stuck_in_created"
INTERNAL_FAULT = "internal_fault"
EXPIRED_TOKEN = "expired_token"  # noqa: S105 (a name)
THROTTLED = "throttled"
SLOW_ANSWERS = "slow_answers"
MAINTENANCE_PAGE = "maintenance_page"
CUT_UPLOAD = "cut_upload"
UNCONFIRMED_UPLOAD = "unconfirmed_upload"

SCENARIOS = {
    STUCK_IN_CREATED: "New imports stay in created, as if another import ahead of them took hours.",
    INTERNAL_FAULT: "Every import ends as failed, without messages, as if Canvas itself had failed.",
    EXPIRED_TOKEN: "Every access token is expired: Canvas answers 401, as if you had to create a new token.",
    THROTTLED: "Each token gets one answer every few seconds, and rate limit errors in between.",
    SLOW_ANSWERS: "Every answer takes a few seconds.",
    MAINTENANCE_PAGE: "Every answer is an HTML maintenance page with status 503.",
    CUT_UPLOAD: "The connection drops in the middle of every upload.",
    UNCONFIRMED_UPLOAD: "A file uploaded in three steps is imported only once its upload is confirmed.",
}
