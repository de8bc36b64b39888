"""并件: two cases of one subject for the same matter at the same place become one, the earlier, with its receipt day."""

from django.db import transaction

from applications.duplicates import MERGEABLE
from applications.lifecycle import move, move_all
from applications.models import Application, CaseMaterial, MaterialFile
from applications.operations.recording import event, inform, lock_case, lock_tasks, record
from applications.states import MaterialState, Outcome
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put


@transaction.atomic
def merge(*, actor: Actor, number: str, other: str) -> Application:
    """One case of the two: the one received first stays, with its number and its term; what it lacks comes over.

    Fields that are empty in it and files of papers that have none are taken from the later one, which ends withdrawn and
    names it. Raises NotAllowed (window only), Refused (not the same subject, matter, answers), Conflict (accepted already).
    """
    if not actor.clerk:
        raise NotAllowed("只有窗口可以并件。")
    if number == other:
        raise Refused("这是同一件。")
    # Always in one order, so that two clerks who merge the same pair wait for each other and do not deadlock.
    first, second = (lock_case(actor, one) for one in sorted((number, other)))
    kept, gone = sorted((first, second), key=lambda case: (case.receipt_at, case.pk))
    _alike(kept, gone)
    if kept.state not in MERGEABLE or gone.state not in MERGEABLE:
        raise Conflict("只有两件都还没有受理、也没有在补正，才能并成一件。")
    blank = {code: value for code, value in gone.form.items() if kept.form.get(code, "") in ("", [])}
    kept.form = {**kept.form, **blank}
    Application.objects.filter(pk=kept.pk).update(form=kept.form)
    came = _bring_files(kept, gone)
    tasks = lock_tasks(gone)
    reason = f"同一件事重复提交，并入 {kept.number}"
    for task in tasks:
        task.reason = reason
    move_all([task for task in tasks if task.is_open], "withdraw", actor, ("reason",))
    move(gone, "withdraw", actor, reason=reason, outcome=Outcome.WITHDRAWN)
    text = f"{gone.number} 并入本件，收件时间不变"
    record(
        [
            event(kept, "merged", text, actor, note=f"带来 {len(blank)} 栏、{came} 个文件", other=gone.number),
            event(gone, "withdrawn", reason, actor, other=kept.number),
        ]
    )
    put(inform("merged", kept, round=gone.pk))
    return kept


def _alike(kept: Application, gone: Application) -> None:
    same = ("matter_id", "applicant_id", "organisation_id", "place_index", "answers")
    if any(getattr(kept, name) != getattr(gone, name) for name in same):
        raise Refused("两件的申请人、事情、情形或者地方不一样，不能并。")


def _bring_files(kept: Application, gone: Application) -> int:
    """The files of papers for which the kept case has none and nobody has looked at yet."""
    waiting = CaseMaterial.objects.filter(application=kept, state=MaterialState.AWAITING)
    there = set(kept.files.values_list("material_code", flat=True))
    codes = set(waiting.values_list("material_code", flat=True)) - there
    coming = list(gone.files.filter(material_code__in=codes))
    MaterialFile.objects.bulk_create(
        MaterialFile(
            application=kept,
            material_code=file.material_code,
            file_id=file.file_id,
            position=file.position,
            source=file.source,
            valid_until=file.valid_until,
        )
        for file in coming
    )
    return len(coming)
