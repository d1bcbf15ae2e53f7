"""Troubles that a learner can begin and end, to meet them once before they are real."""

STUCK_IN_CREATED = "stuck_in_created"
INTERNAL_FAULT = "internal_fault"
EXPIRED_TOKEN = "expired_token"  # noqa: S105 (a name)
THROTTLED = "throttled"
SLOW_ANSWERS = "slow_answers"
MAINTENANCE_PAGE = "maintenance_page"
CUT_UPLOAD = "cut_upload"

SCENARIOS = {
    STUCK_IN_CREATED: "New imports stay in created, as behind another import that takes hours.",
    INTERNAL_FAULT: "Every import ends as failed, without messages, as when Canvas itself breaks down.",
    EXPIRED_TOKEN: "Every access token has expired: 401 until you would make a new one.",
    THROTTLED: "A token gets one answer every few seconds, and is told of its rate limit in between.",
    SLOW_ANSWERS: "Every answer takes some seconds.",
    MAINTENANCE_PAGE: "Every answer is an HTML page that tells of maintenance, with status 503.",
    CUT_UPLOAD: "The connection breaks in the middle of every upload.",
}
