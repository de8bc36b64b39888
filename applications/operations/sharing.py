"""数据共享: an exempt paper is asked for where it was issued, with the owner's consent, by a worker. Never in the way:
whatever the other side does, the owner may send a copy, and a case may be filed without either."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from applications.models import Draft, Fetch, Verification
from applications.operations.drafting import lock_draft, plan_for
from applications.registry import Fault, Question, ask
from applications.states import FetchState
from departments.access import Actor
from departments.calendar import threshold
from foundation.errors import Conflict, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put
from matters.plan import MaterialSpec, scheme

CONSENT = "我同意为办理这件事，由系统向发证部门核对这份材料；只用于这件事，不作他用。"


@transaction.atomic
def fetch(*, actor: Actor, draft_id: UUID, material_code: str, consent: bool) -> Fetch:
    """Ask for one exempt paper. An answer that still holds, or a question under way, is not asked again.

    Raises Draft.DoesNotExist, Refused (no consent, not exempt, nobody to ask about), Conflict once submitted.
    """
    draft = lock_draft(actor, draft_id, "调取材料")
    if draft.application_id is not None:
        raise Conflict("这份申请已经提交。")
    if not consent:
        raise Refused("请先看同意书，再打勾。")
    _exempt(draft, material_code)
    if draft.applicant_id is None:
        raise Refused("还没有核对申请人，暂时不能调取。")
    assert actor.user_id is not None
    now = timezone.now()
    known = Fetch.objects.filter(draft=draft, material_code=material_code).first()
    if known is not None and still_holds(known):
        return known
    found, _ = Fetch.objects.update_or_create(
        draft=draft,
        material_code=material_code,
        defaults={
            "state": FetchState.ASKED,
            "purpose": draft.code,
            "consented_by_id": actor.user_id,
            "consented_at": now,
            "answered_at": None,
            "valid_until": None,
            "round": known.round + 1 if known else 1,
        },
    )
    key = f"{found.pk}:{found.round}"
    put(Entry(kind="fetch", key=key, dedupe=f"fetch:{key}", queue="lookups", payload={"fetch": found.pk}))
    return found


def fetch_entry(row: Outbox) -> None:
    """Outbox handler: ask the register and write the answer down. A fault is an answer too: the owner is told to send a
    copy, and may try again; a second run changes nothing.
    """
    related = ("draft__applicant", "draft__organisation")
    found = Fetch.objects.select_related(*related).filter(pk=row.payload["fetch"], state=FetchState.ASKED).first()
    if found is None:
        return
    write_answer(found, _question(found))


def still_holds(known: Fetch | Verification | None) -> bool:
    """Whether a question is under way, or its answer may be used still: it is not asked again."""
    if known is None:
        return False
    return known.state == FetchState.ASKED or bool(known.valid_until and known.valid_until > timezone.now())


def write_answer(found: Fetch | Verification, question: Question) -> None:
    """Ask the register and keep what it says with its time; a fault is an answer too."""
    now = timezone.now()
    try:
        answer = ask(question)
    except Fault:
        found.state = FetchState.FAILED
    else:
        found.state = FetchState.FOUND if answer.found else FetchState.NOT_FOUND
        found.source, found.value = answer.source, answer.value
        found.valid_until = now + timedelta(days=threshold("shared_answer_days")) if answer.found else None
    found.answered_at = now
    found.save(update_fields=["state", "source", "value", "valid_until", "answered_at"])


def _question(found: Fetch) -> Question:
    draft = found.draft
    person, organisation = draft.applicant, draft.organisation
    assert person is not None
    spec = _exempt(draft, found.material_code)
    if organisation is not None:
        return Question(spec.name, found.purpose, organisation.name, organisation.uscc)
    return Question(spec.name, found.purpose, person.name, person.id_number)


def _exempt(draft: Draft, material_code: str) -> MaterialSpec:
    for material in scheme(plan_for(draft), draft.answers).materials:
        if material.spec.code == material_code and material.spec.exempt:
            return material.spec
    raise Refused("这份材料不是由系统调取的。")
