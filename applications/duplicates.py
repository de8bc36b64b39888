"""重复申请: the same subject asks for the same item at the same place once more, while the first runs or its result holds.

A second shop is no duplicate: the place is part of the key. The guard warns and asks for a reason; it never locks out.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from applications.models import Application, Certificate, Draft, Task
from applications.states import CASE_RUNNING, CaseState, TaskState
from departments.access import Actor
from foundation.crypto import blind_index
from matters.plan import Plan, Scheme

MERGEABLE = (CaseState.SUBMITTED, CaseState.RECEIVED)
ENDED = (
    TaskState.REFUSED,
    TaskState.DECLINED,
    TaskState.RETURNED,
    TaskState.TERMINATED,
    TaskState.WITHDRAWN,
    TaskState.VOID,
)


@dataclass(frozen=True)
class Before:
    """A case of the same subject with some of the same items. `items`: their names; `held`: what was granted still holds."""

    number: str
    matter: str
    items: tuple[str, ...]
    held: bool
    visible: bool


def place_of(plan: Plan, form: Mapping[str, Any]) -> str:
    """Where it is to be done, in one writing: the first address of the form that is not the person's own; or empty."""
    for spec in plan.fields.values():
        value = form.get(spec.code)
        if spec.type == "address" and not spec.prefill.startswith("profile.") and isinstance(value, str) and value:
            text = unicodedata.normalize("NFKC", value).casefold()
            return "".join(sign for sign in text if unicodedata.category(sign)[0] in "LN")
    return ""


def place_index(plan: Plan, form: Mapping[str, Any]) -> str:
    """The place as it is compared: nobody reads an address from it."""
    place = place_of(plan, form)
    return blind_index(f"place:{place}") if place else ""


def same_before(draft: Draft, found: Scheme, actor: Actor, today: date) -> list[Before]:
    """Cases of the draft's subject that run, or whose certificates hold, with an item of this scheme at this place.

    One query; one more for what the actor may see of them, where there are any.
    """
    if draft.applicant_id is None:
        return []
    items = [step.item.code for step in found.steps]
    whose = {"application__organisation_id": draft.organisation_id}
    if draft.organisation_id is None:
        whose["application__applicant_id"] = draft.applicant_id
    running = Q(application__state__in=CASE_RUNNING) & ~Q(state__in=ENDED)
    valid = Certificate.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today), state=Certificate.VALID)
    holds = Q(state=TaskState.GRANTED) & Exists(valid.filter(task=OuterRef("pk")))
    tasks = Task.objects.filter(
        running | holds, item_code__in=items, application__place_index=place_index(found.plan, draft.form), **whose
    )
    rows = tasks.select_related("application__matter").defer("application__form").order_by("application_id", "position")
    return _by_case(rows, actor)


def twin_of(case: Application, actor: Actor) -> Application | None:
    """Another case of the same subject, matter, answers and place that is not accepted yet either, for 并件. One query;
    none for a case that is past it."""
    if case.state not in MERGEABLE:
        return None
    same = Application.objects.visible_to(actor).filter(
        state__in=MERGEABLE,
        applicant_id=case.applicant_id,
        organisation_id=case.organisation_id,
        matter_id=case.matter_id,
        place_index=case.place_index,
        answers=case.answers,
    )
    found: Application | None = same.exclude(pk=case.pk).only("number", "receipt_at", "channel").first()
    return found


def _by_case(rows: Iterable[Task], actor: Actor) -> list[Before]:
    cases: dict[str, list[Task]] = {}
    for task in rows:
        cases.setdefault(task.application.number, []).append(task)
    if not cases:
        return []
    seen = set(Application.objects.visible_to(actor).filter(number__in=cases).values_list("number", flat=True))
    return [
        Before(
            number=number,
            matter=tasks[0].application.matter.name,
            items=tuple(task.item_name for task in tasks),
            held=tasks[0].application.state not in CASE_RUNNING,
            visible=number in seen,
        )
        for number, tasks in cases.items()
    ]
