"""共享核验 (I4): an exempt paper of a case is asked about where it was issued, by who decides on it or takes it in; the case's
number is the purpose. Never in the way: whatever the other side does, paper does as well.

《政务数据共享条例》: what can be shared is not collected again; a body asks within its duties, so no consent is needed
(《个人信息保护法》第十三条第一款第三项).
"""

from django.db import transaction
from django.utils import timezone

from applications.models import Application, Draft, Fetch, Verification
from applications.operations.recording import lock_any_case
from applications.operations.sharing import still_holds, write_answer
from applications.registry import Question, available
from applications.states import ON_THE_DESK, FetchState
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put
from matters.published import plan_of


@transaction.atomic
def verify(*, actor: Actor, number: str, material_code: str) -> Verification:
    """Ask about one exempt paper. An answer that still holds, or a question under way, is not asked again.

    Raises Application.DoesNotExist, NotAllowed (neither a clerk nor the holder of an item that uses the paper), Refused
    (not such a paper), Conflict (no register is connected).
    """
    case = lock_any_case(number)
    material = case.materials.filter(material_code=material_code, dropped_by=None).first()
    spec = plan_of(case.revision_id).materials.get(material_code)
    if material is None or spec is None or not spec.exempt:
        raise Refused("这份材料不是由系统核验的。", "material")
    holding = case.tasks.filter(
        assignee=actor.user_id, state__in=ON_THE_DESK, item_code__in=material.used_by, department__in=actor.departments
    )
    if actor.user_id is None or not (actor.clerk or holding.exists()):
        raise NotAllowed("谁认领了用到这份材料的事项，谁来核验。")
    if not available():
        raise Conflict("还没有接共享平台，请看纸质件。")
    known = Verification.objects.filter(application=case, material_code=material_code).first()
    if known is not None and still_holds(known):
        return known
    found, _ = Verification.objects.update_or_create(
        application=case,
        material_code=material_code,
        defaults={
            "state": FetchState.ASKED,
            "asked_by_id": actor.user_id,
            "asked_by_name": actor.name,
            "asked_at": timezone.now(),
            "answered_at": None,
            "valid_until": None,
            "round": known.round + 1 if known else 1,
        },
    )
    key = f"{found.pk}:{found.round}"
    put(Entry("verify", key, f"verify:{key}", "lookups", {"verification": found.pk}))
    return found


def verify_entry(row: Outbox) -> None:
    """Outbox handler: ask the register and write the answer down. A fault is an answer too; a second run changes nothing."""
    related = ("application__applicant", "application__organisation")
    waiting = Verification.objects.select_related(*related).filter(state=FetchState.ASKED)
    found = waiting.filter(pk=row.payload["verification"]).first()
    if found is None:
        return
    case = found.application
    holder, number = case.applicant.name, case.applicant.id_number
    if case.organisation is not None and case.organisation.uscc:
        holder, number = case.organisation.name, case.organisation.uscc
    name = plan_of(case.revision_id).materials[found.material_code].name
    write_answer(found, Question(name, case.number, holder, number))


def answers_of(case: Application) -> dict[str, Fetch | Verification]:
    """Material code → what a register answered, for the case or for the draft behind it; the case's own word goes first.
    Two queries."""
    drafts = Draft.objects.filter(application=case)
    asked: dict[str, Fetch | Verification] = {row.material_code: row for row in Fetch.objects.filter(draft__in=drafts)}
    return asked | {row.material_code: row for row in Verification.objects.filter(application=case)}
