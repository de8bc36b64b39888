"""当场更正: a mistake in the form that can be put right on the spot is, with the applicant beside. 《行政许可法》第三十二条第一款第（三）项."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.filling import clean, fault_in
from applications.models import Application, FieldFix
from applications.operations.recording import event, lock_case, paper, record
from applications.states import CaseState, SignedHow
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from matters.plan import scheme
from matters.published import plan_of

AT_THE_WINDOW = (SignedHow.PAPER, SignedHow.PAD)


@transaction.atomic
def fix_field(*, actor: Actor, number: str, field: str, value: Any, signed: str) -> FieldFix:
    """Put one field right before acceptance; old and new value are kept, the slip to sign is printed.

    A promise (告知承诺) is no field, so no clerk changes one. `signed`: how the applicant put their name to it.
    Raises NotAllowed, Conflict when the case is not being looked at, Refused (field: its code) for a value that does
    not fit or does not change anything, (field: signed) without a signature.
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("当场更正由窗口办。")
    if case.state != CaseState.RECEIVED:
        raise Conflict(f"现在是“{case.get_state_display()}”，不能当场更正。")
    found = scheme(plan_of(case.revision_id), case.answers, frozenset(case.commitments))
    spec = next((planned.spec for planned in found.fields if planned.spec.code == field), None)
    if spec is None:
        raise Refused("表里没有这一栏。")
    after, before = clean(spec, value), case.form.get(field, "")
    if problem := fault_in(found, spec, after):
        raise Refused(problem, field)
    if after == before:
        raise Refused(f"{spec.label}：和原来的一样，没有要改的。", field)
    if signed not in AT_THE_WINDOW:
        raise Refused("更正要申请人签字，签了再打勾。", "signed")
    case.form = {**case.form, field: after}
    case.field_marks = {code: note for code, note in case.field_marks.items() if code != field}
    Application.objects.filter(pk=case.pk).update(form=case.form, field_marks=case.field_marks)
    assert actor.user_id is not None
    fix = FieldFix.objects.create(
        application=case,
        field=field,
        label=spec.label,
        change=[before, after],
        signed=signed,
        by_id=actor.user_id,
        by_name=actor.name,
        at=timezone.now(),
    )
    text = f"当场更正“{spec.label}”，申请人{SignedHow(signed).label}"
    record([event(case, "field_fixed", text, actor, field=field)])
    put(paper("fix", case, round=fix.pk))
    return fix
