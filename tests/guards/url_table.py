"""The table of addresses: who comes in, whose objects they see, what they are answered. Read by test_roles_and_urls.py.

A cell is worked out in the order in which every door asks: who are you (gate), may this be asked at all (method), is
there such an object for you (sight). `get` and `post` are the status of who passes all three, for the objects as the
test sets them up; None: the method is not allowed (405).
"""

from dataclasses import dataclass

ROLES = (
    "anonymous",
    "owner",  # 张婷, the applicant of the own case
    "other",  # 陌生人, the applicant of the other case
    "agent",  # 王磊, who filed the own case for 张婷
    "clerk",
    "reviewer",  # of the approval bureau
    "outsider",  # reviewer of a department that has no part in either case
    "editor",
    "supervisor",
    "sysadmin",
    "disabled",  # was a clerk until a moment ago, and still holds the session
)
NOBODY = frozenset({"anonymous", "disabled"})
SIGNED_IN = frozenset(ROLES) - NOBODY
REVIEWERS = frozenset({"reviewer", "outsider"})
CLERK = frozenset({"clerk"})

GATES: dict[str, frozenset[str]] = {
    "everybody": frozenset(ROLES),
    "signed in": SIGNED_IN,
    "clerk": CLERK,
    "reviewer": REVIEWERS,
    "supervisor": frozenset({"supervisor"}),
    "staff": CLERK | REVIEWERS | {"editor", "supervisor", "sysadmin"},
    "editor": frozenset({"editor", "sysadmin"}),
    "keeper": REVIEWERS | {"editor", "sysadmin"},
    "desk": CLERK | REVIEWERS,
    "exchange": frozenset({"supervisor", "sysadmin"}),
}

# kind of object -> who sees (the own one, the other one). Where a kind has no other one, it is open to whoever came in.
Seen = tuple[frozenset[str], frozenset[str]]
SIGHT: dict[str, Seen] = {
    "draft": (frozenset({"owner"}), frozenset({"other"})),
    "window draft": (CLERK, frozenset()),  # the other one is a citizen's online draft
    "mandate": (frozenset({"owner"}), frozenset({"other"})),
    "case": (frozenset({"owner", "agent"}), frozenset({"other"})),
    "any case": (SIGNED_IN, SIGNED_IN),  # behind a gate that already says who
    "case or officer": (
        frozenset({"owner", "agent", "clerk", "supervisor"}),
        frozenset({"other", "clerk", "supervisor"}),
    ),
    "task": (frozenset({"reviewer"}), frozenset()),  # the other one is of the market bureau, in the same case
    "file": (frozenset({"owner", "agent", "clerk", "reviewer"}), frozenset({"other", "clerk"})),
    "paper": (frozenset({"owner", "agent", "clerk", "reviewer"}), frozenset({"other", "clerk"})),
    "photo": (frozenset({"reviewer"}), frozenset()),
    "hearing": (frozenset({"reviewer"}), frozenset()),
    "proof": (frozenset({"supervisor"}), frozenset({"supervisor"})),
    "consultation": (frozenset({"reviewer"}), frozenset()),  # the other one asks the market bureau
    "cocheck": (frozenset({"reviewer"}), frozenset()),  # the other one is of the market bureau
    "bag": (CLERK, CLERK),
    "guidance": (SIGNED_IN, SIGNED_IN),
    "kept guidance": (frozenset({"reviewer", "editor", "sysadmin"}), frozenset({"editor", "sysadmin"})),
    "case paper": (CLERK, CLERK),
    "case of the desk": (frozenset({"clerk", "reviewer"}), frozenset({"clerk", "reviewer"})),
    "pad": (CLERK, frozenset()),  # the other one was given to another hall
    "paper receipt": (CLERK, CLERK),
    "courier": (frozenset({"clerk", "reviewer"}), frozenset()),  # the other one runs between two other departments
    "vault": (frozenset({"owner"}), frozenset({"other"})),  # an agent for one matter opens nobody's vault
}


@dataclass(frozen=True)
class Row:
    """`kind`: key of SIGHT, `matter`, `hall`, `token` or empty for an address without an object. `api`: 401 instead of a
    redirect to the sign-in page."""

    gate: str
    get: int | None
    post: int | None = None
    kind: str = ""
    api: bool = False

    @property
    def objects(self) -> tuple[str, ...]:
        if not self.kind:
            return ("none",)
        return ("own", "other", "missing") if self.kind in SIGHT else ("own", "missing")


def public(get: int | None = 200, post: int | None = None, kind: str = "") -> Row:
    return Row("everybody", get, post, kind)


def api(gate: str, get: int | None, post: int | None = None, kind: str = "") -> Row:
    return Row(gate, get, post, kind, api=True)


TABLE: dict[str, Row] = {
    # everybody
    "home": public(),
    "halls": public(),
    "privacy": public(),
    "hall": public(kind="hall"),
    "hall-map": public(kind="hall"),
    "hall-signs": public(404, kind="hall"),  # the scene's hall has no counters
    "large-text": public(None, 302),
    "browse": public(),
    "guide": public(kind="matter"),
    "guide-revision": public(kind="matter"),
    "guide-prints": public(kind="matter"),
    "guide-notice": public(kind="matter"),
    "guide-panel": public(kind="matter"),
    "guide-leaflet": public(kind="matter"),
    "guide-bring": public(kind="matter"),
    "blank-form": public(404, kind="matter"),  # the scene's matter has none
    "filled-sample": public(404, kind="matter"),
    "print-check": public(),
    "sitemap": public(),
    "robots": public(),
    "search": public(),
    "healthz": public(),
    "readyz": public(),
    "verify": public(kind="token"),
    "query": public(200, 422),
    "rate-by-code": public(200, 422),
    "ratings": public(200),
    "rate-visit": public(302, 409, "ticket"),
    "sign-in": public(200, 200),
    "sign-in-code": public(302, 422),
    "sign-in-code-enter": public(302, 302),  # nobody asked for a code
    "demo-sms": public(),
    "second-factor": Row("signed in", 200, 422),
    "openid_connect_login": public(404),  # none is configured
    "openid_connect_callback": public(404),
    "me": Row("signed in", 200, 302),
    "real-name": Row("signed in", 200, 422),
    "me-phone": Row("signed in", 200, 422),
    "me-phone-code": Row("signed in", 302, 302),
    "me-password": Row("signed in", 200, 422),
    "me-password-code": Row("signed in", 302, 302),
    "me-reveal": Row("signed in", 200, 422),
    "me-reveal-code": Row("signed in", 302, 302),
    "my-organisations": Row("signed in", 200, 422),
    "mandates": Row("signed in", 200, 422),
    "mandate-revoke": Row("signed in", None, 302, "mandate"),
    "sign-out": public(None, 302),
    "admin-sign-in": public(302, 302),
    "start": Row("signed in", 302),
    "deputies": Row("reviewer", 200, 403),
    # 口径
    "guidance": Row("staff", 200),
    "guidance-beside": Row("staff", 200),
    "guidance-entry": Row("staff", 200, kind="guidance"),
    "guidance-doubt": Row("staff", None, 409, "guidance"),  # no version named
    "guidance-own": Row("keeper", 200),
    "guidance-new": Row("keeper", 200, 422),
    "guidance-write": Row("keeper", 200, 422, "kept guidance"),
    "guidance-withdraw": Row("keeper", None, 422, "kept guidance"),
    "guidance-settle": Row("keeper", None, 422, "kept guidance"),
    "guidance-answer": Row("keeper", None, 422, "kept guidance"),
    "supervise-guidance": Row("supervisor", 200),
    # visits
    "visits": public(),
    "call-me": public(post=422),
    "window-calls": Row("clerk", 200, 404),
    "visit-book": public(200, 302),  # a phone first
    "visit-phone": public(200, 422),
    "visit-code": public(302, 302),  # nobody asked for a code
    "booking": public(kind="booking"),
    "booking-move": public(200, 422, "booking"),
    "booking-cancel": public(None, 302, "booking"),
    "ticket": public(kind="ticket"),
    "ticket-leave": public(None, 302, "ticket"),
    "kiosk": public(200, 403, "hall"),  # none of these browsers is a kiosk
    "kiosk-ticket": public(kind="hall ticket"),
    "call-screen": public(kind="hall"),
    "call-screen-calls": public(kind="hall"),
    "window-tickets": Row("clerk", 200),
    "window-tickets-line": Row("clerk", 200),
    "window-ticket-call": Row("clerk", None, 403),  # the scene's clerk has no counter
    "window-ticket-take": Row("clerk", None, 302),
    "window-kiosk": Row("clerk", None, 422),
    "window-ticket-act": Row("clerk", None, 403, "clerk's ticket"),
    "supervise-visits": Row("supervisor", 200),
    # a citizen applies
    "draft-start": Row("signed in", 200, 422, "matter"),
    "draft": Row("signed in", 200, 409, "draft"),
    "draft-section": Row("signed in", 200, 302, "draft"),
    "draft-field-save": Row("signed in", None, 200, "draft"),
    "draft-promises": Row("signed in", 200, 409, "draft"),
    "draft-materials": Row("signed in", 200, None, "draft"),
    "draft-attach": Row("signed in", None, 404, "draft"),
    "draft-detach": Row("signed in", None, 404, "draft"),
    "draft-keep": Row("signed in", None, 404, "draft"),
    "draft-reuse": Row("signed in", None, 404, "draft"),
    "draft-fetch": Row("signed in", None, 404, "draft"),
    "draft-read": Row("signed in", None, 404, "draft"),
    "draft-reading": Row("signed in", 404, 404, "draft"),
    "draft-paper": Row("signed in", 404, None, "draft"),
    "my-vault": Row("signed in", 200),
    "vault-file": Row("signed in", 200, None, "vault"),
    "vault-validity": Row("signed in", None, 302, "vault"),
    "vault-forget": Row("signed in", None, 422, "vault"),  # the case holds it
    "draft-arrange": Row("signed in", None, 404, "draft"),
    "draft-turn": Row("signed in", None, 404, "draft"),
    "draft-join": Row("signed in", None, 404, "draft"),
    "draft-split": Row("signed in", None, 404, "draft"),
    "draft-check": Row("signed in", 200, None, "draft"),
    "draft-submit": Row("signed in", None, 422, "draft"),
    "draft-help-end": Row("signed in", None, 302, "draft"),
    "draft-discard": Row("signed in", None, 302, "draft"),
    # a citizen's own cases
    "my-applications": Row("signed in", 200),
    "own-data": Row("signed in", 200, 403),
    "inbox": Row("signed in", 200, 302),
    "track": Row("signed in", 200, None, "case"),
    "receipt": Row("signed in", 200, None, "case"),
    "receipt-print": Row("signed in", 200, None, "case"),
    "track-progress": Row("signed in", 200, None, "case"),
    "answer-correction": Row("signed in", 404, 404, "case"),  # nothing was asked for
    "correction-attach": Row("signed in", None, 404, "case"),
    "correction-turn": Row("signed in", None, 404, "case"),
    "correction-join": Row("signed in", None, 404, "case"),
    "correction-detach": Row("signed in", None, 404, "case"),
    "open-papers": Row("signed in", 200, None, "case"),
    "papers-attach": Row("signed in", None, 422, "case"),
    "papers-turn": Row("signed in", None, 409, "case"),
    "papers-join": Row("signed in", None, 409, "case"),
    "papers-detach": Row("signed in", None, 409, "case"),
    "papers-hand-in": Row("signed in", None, 422, "case"),
    "ready-first": Row("signed in", None, 404, "case"),
    "papers-promise": Row("signed in", None, 422, "case"),
    "papers-supplement": Row("signed in", None, 404, "case"),
    "file-again": Row("signed in", None, 302, "case"),
    "urge": Row("signed in", None, 302, "case"),
    "change-answers": Row("signed in", 200, 422, "case"),
    "hearings": Row("signed in", 302, 422, "case"),
    "rate": Row("signed in", 302, 409, "case"),
    "begun": Row("signed in", 302, 422, "case"),
    "pick-inspection": Row("signed in", 200, 422, "case"),
    "fees": Row("signed in", 200, 422, "case"),  # nothing is owed
    "withdraw": Row("signed in", 200, 422, "case"),
    "choose": Row("signed in", 302, 422, "case"),
    # window
    "window": Row("clerk", 200),
    "window-find": Row("clerk", None, 200),
    "window-correcting": Row("clerk", 200),
    "window-pickups": Row("clerk", 200),
    "window-walk-in": Row("clerk", 200, 200),
    "window-person-check": Row("clerk", None, 200),
    "window-desk": Row("clerk", 200, 302, "window draft"),
    "window-case": Row("clerk", 200, None, "any case"),
    "window-papers": Row("clerk", 200, None, "any case"),
    "window-paper-order": Row("clerk", None, 422, "any case"),
    "window-printed": Row("clerk", None, 409, "case paper"),
    "window-signed": Row("clerk", None, 422, "case paper"),
    "window-signed-scan": Row("clerk", 404, None, "case paper"),
    "window-verify": Row("clerk", None, 422, "any case"),
    "window-check-material": Row("clerk", None, 422, "any case"),
    "window-scan": Row("clerk", None, 422, "any case"),
    "window-scanned": Row("clerk", None, 422, "any case"),
    "window-deferral": Row("clerk", None, 409, "any case"),
    "window-desk-sheet": Row("clerk", 200, None, "window draft"),
    "window-ready": Row("clerk", None, 409, "any case"),
    "window-person": Row("clerk", 200, None, "person"),
    "window-person-care": Row("clerk", None, 422, "person"),
    "window-presence": Row("clerk", 200, None, "any case"),
    "window-shelf": Row("clerk", None, 409, "any case"),
    "window-reroute": Row("clerk", None, 409, "any case"),
    "window-revoke": Row("clerk", None, 422, "any case"),
    "window-pass-on": Row("clerk", None, 404, "any case"),
    "window-supplement": Row("clerk", None, 404, "any case"),
    "window-fix": Row("clerk", None, 409, "any case"),
    "window-mark-field": Row("clerk", None, 422, "any case"),
    "window-extend-answer": Row("clerk", None, 409, "any case"),
    "window-cocheck": Row("clerk", None, 409, "any case"),
    "window-town": Row("clerk", None, 409, "any case"),
    "window-merge": Row("clerk", None, 404, "any case"),
    "window-receive": Row("clerk", None, 409, "any case"),
    "window-accept": Row("clerk", None, 409, "any case"),
    "window-correct": Row("clerk", None, 422, "any case"),
    "window-answer": Row("clerk", None, 409, "any case"),
    "window-decline": Row("clerk", None, 422, "any case"),
    "window-withdraw": Row("clerk", None, 302, "any case"),
    "window-choose": Row("clerk", None, 422, "any case"),
    "window-originals": Row("clerk", 200, None, "any case"),
    "window-originals-keep": Row("clerk", None, 422, "any case"),
    "window-originals-back": Row("clerk", None, 422, "any case"),
    "window-bag-label": Row("clerk", 200, None, "bag"),
    "window-outage": Row("clerk", 200, 422),
    "window-outage-pad": Row("clerk", 200, None, "pad"),
    "window-outage-receipt": Row("clerk", 200, 409, "paper receipt"),
    "case-fees": Row("desk", 200, 422, "case of the desk"),
    "couriers": Row("desk", 200, 422),
    "courier": Row("desk", 200, 422, "courier"),
    "courier-paper": Row("desk", 404, None, "courier"),
    "window-hearing": Row("clerk", 302, 422, "any case"),
    "window-begun": Row("clerk", 302, 422, "any case"),
    "window-end": Row("clerk", None, 422, "any case"),
    "window-inspection": Row("clerk", 200, 422, "any case"),
    "window-pickup": Row("clerk", 200, 409, "any case"),
    # reviewer
    "queue": Row("reviewer", 200),
    "cochecks": Row("reviewer", 200),
    "cocheck": Row("reviewer", 200, 422, "cocheck"),
    "promises": Row("reviewer", 200),
    "task-promise": Row("reviewer", 200, 422, "task"),
    "task-order": Row("reviewer", None, 422, "task"),
    "calendar-import": Row("editor", 200, 422),
    "supervise-proof": Row("supervisor", 200, None, "proof"),
    "supervise-extend": Row("supervisor", None, 422, "any case"),
    "task-wait": Row("reviewer", None, 403, "task"),
    "task-sheet": Row("reviewer", 200, 409, "task"),
    "task-hearing": Row("reviewer", 200, 422, "task"),
    "task-hearing-close": Row("reviewer", None, 422, "task"),
    "task-hearing-signed": Row("reviewer", 200, None, "hearing"),
    "oversights": Row("reviewer", 200, 422),
    "consults": Row("reviewer", 200),
    "consultation": Row("reviewer", 200, 422, "consultation"),
    "task-consult": Row("reviewer", 200, 403, "task"),
    "queue-live": Row("reviewer", 200),
    "queue-take-over": Row("reviewer", None, 302),
    "queue-claim": Row("reviewer", None, 302),
    "queue-grant": Row("reviewer", None, 200),
    "task": Row("reviewer", 200, None, "task"),
    "queue-row": Row("reviewer", 200, None, "task"),
    "task-verdict": Row("reviewer", 200, None, "task"),
    "task-verify": Row("reviewer", None, 422, "task"),
    "task-claim": Row("reviewer", None, 302, "task"),
    "task-hand-on": Row("reviewer", None, 422, "task"),
    "task-take-over": Row("reviewer", None, 409, "task"),
    "task-release": Row("reviewer", None, 409, "task"),
    "task-advise": Row("reviewer", None, 409, "task"),
    "task-decide": Row("reviewer", None, 422, "task"),
    "task-propose": Row("reviewer", None, 422, "task"),
    "task-send-back": Row("reviewer", None, 422, "task"),
    "task-recuse": Row("reviewer", None, 422, "task"),
    "task-extension": Row("reviewer", None, 422, "task"),
    "task-suspend": Row("reviewer", None, 422, "task"),
    "task-resume": Row("reviewer", None, 422, "task"),
    "task-return": Row("reviewer", None, 422, "task"),
    "task-word": Row("reviewer", None, 422, "task"),
    "task-presence": Row("reviewer", 200, None, "task"),
    "task-inspection": Row("reviewer", 200, 422, "task"),
    "task-photo": Row("reviewer", None, 422, "task"),
    "task-inspection-sign": Row("reviewer", None, 422, "task"),
    "inspection-photo": Row("reviewer", 200, None, "photo"),
    "task-more": Row("reviewer", 200, 409, "task"),
    "task-supplement": Row("reviewer", 200, 422, "task"),
    "task-replace": Row("reviewer", 200, 422, "task"),
    "task-revoke": Row("reviewer", 200, 422, "task"),
    # supervisor
    "supervise": Row("supervisor", 200),
    "supervise-list": Row("supervisor", 200),
    "supervise-clocks": Row("supervisor", 200),
    "supervise-items": Row("supervisor", 200, 422),
    "supervise-approvals": Row("supervisor", 200, 404),
    "supervise-outage": Row("supervisor", 200),
    "supervise-order": Row("supervisor", None, 302, "any case"),
    "supervise-case": Row("supervisor", 200, None, "any case"),
    "supervise-what-if-list": Row("supervisor", 200),
    "supervise-ratings": Row("supervisor", 200, 422),
    "supervise-library": Row("supervisor", 200, 302),
    "exchange": Row("exchange", 200),
    "exchange-system": Row("exchange", 200, 422, "department"),
    "supervise-what-if": Row("supervisor", 200, None, "matter"),
    # files and papers
    "case-file": Row("signed in", 200, None, "file"),
    "case-file-page": Row("signed in", 200, None, "file"),
    "file-preview": Row("signed in", 200, None, "file"),
    "paper": Row("signed in", 202, None, "paper"),
    "paper-original": Row("signed in", 200, None, "paper"),
    # API
    "api-schema": api("everybody", 200),
    "api-nowhere": Row("everybody", 404, 404, api=True),
    "api-matters": api("everybody", 200),
    "api-matter": api("everybody", 200, None, "matter"),
    "api-applications": api("signed in", 200),
    "api-application": api("signed in", 200, None, "case or officer"),
    "api-tasks": api("reviewer", 200),
    "api-task": api("reviewer", 200, None, "task"),
    "api-task-claim": api("reviewer", None, 200, "task"),
    "api-task-grant": api("reviewer", None, 422, "task"),
    "api-task-refuse": api("reviewer", None, 400, "task"),
    "api-task-received": api("reviewer", None, 403, "task"),
    "api-task-advise": api("reviewer", None, 409, "task"),
    "api-task-propose": api("reviewer", None, 400, "task"),
    "api-task-suspend": api("reviewer", None, 400, "task"),
    "api-task-resume": api("reviewer", None, 400, "task"),
    "api-task-extend": api("reviewer", None, 400, "task"),
    "api-task-supplement": api("reviewer", None, 400, "task"),
    "api-task-wait": api("reviewer", None, 400, "task"),
    "api-task-certificate": api("reviewer", None, 400, "task"),
    "api-task-return": api("reviewer", None, 400, "task"),
    "api-task-file": api("reviewer", 200, None, "file"),
}

# A form's view takes PUT as POST.
TAKES_PUT = {"sign-in"}
# Sends everybody on to the sign-in page, whoever asks.
SENDS_TO_SIGN_IN = {"admin-sign-in", "sign-in-code", "sign-in-code-enter"}
# Answers every method alike: sends on to sign in, or is not there at all.
EVERY_METHOD = {"admin-sign-in", "api-nowhere"}
# Asks for no token, because it reads no session: what is not there.
NO_SESSION = {"api-nowhere"}
