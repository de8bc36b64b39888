"""What is shared by the pages that try another process: for editors, who may keep it, and for supervisors, who may not.

The pages hold no state: what is tried stands in the address, so that a link shows the same to whoever opens it.
"""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers

from foundation.errors import Refused
from matters.models import Matter
from matters.operations.proposing import also_touched, blocked_elsewhere
from matters.replaying import replay
from matters.specs import Plan
from matters.trial import compare
from matters.whatif import Change, try_changes
from matters.whatif_edits import edits
from matters.whatif_links import CHANGE, answers_in, changes_in_controls, link_query, read_change

PART = "admin/matters/_whatif.html"


class Sent(NamedTuple):
    """What a request asks to try; `unread`: what could not be read of it; `typed`: it comes from the controls."""

    changes: list[Change]
    answers: dict[str, str]
    unread: list[str]
    typed: bool


def sent(plan: Plan, data: QueryDict) -> Sent:
    """The changes and answers of a link or of the page's controls. Raises nothing."""
    changes: list[Change] = []
    unread: list[str] = []
    for text in dict.fromkeys(data.getlist(CHANGE)):
        try:
            changes.append(read_change(text))
        except Refused as refused:
            unread.append(refused.message)
    if "set" in data:
        changes, faults = changes_in_controls(plan, _last(data), changes)
        unread += faults
    return Sent(changes, answers_in(_last(data)), unread, "set" in data)


def tried(matter: Matter, plan: Plan, asked: Sent, data: QueryDict) -> dict[str, Any]:
    """What the page shows of these changes; the replay only where it was asked for."""
    trial = try_changes(plan, asked.changes)
    made = edits(plan, trial.plan)
    others = also_touched(matter.pk, made)
    shown = compare(plan, trial, asked.answers)
    return {
        "matter": matter,
        "shown": shown,
        "unread": asked.unread,
        "others": others,
        "replay": replay(matter.pk, plan, trial.plan, _last(data)) if "replay" in data else None,
        "blocked": [*shown.obstacles, *blocked_elsewhere(others, made)],
    }


def to_link(request: HttpRequest, asked: Sent) -> HttpResponse | None:
    """Without scripts the controls lead to the link that says the same; None where there is nothing to lead to."""
    if not asked.typed or request.headers.get("HX-Request"):
        return None
    for fault in asked.unread:
        messages.error(request, fault)
    return HttpResponseRedirect(f"{request.path}?{link_query(asked.answers, asked.changes)}")


def answer(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or the part that a script swaps."""
    part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    response = TemplateResponse(request, PART if part else page, {**context, "swapped": part})
    if part:
        response["HX-Push-Url"] = f"{request.path}?{context['shown'].query}"
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def _last(data: QueryDict) -> dict[str, str]:
    """The last value of each name."""
    return {name: str(value) for name, value in data.items()}
