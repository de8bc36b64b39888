"""口径: writing it, confirming it by a second person, taking it away, doubting it and answering the doubt.

Locks: the question first, then its versions or doubts.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import yaml
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from departments.access import Actor
from departments.calendar import current_calendar
from departments.demo import FIXTURES
from departments.models import Department
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.masking import mask_within
from matters.access import may_edit
from matters.models import Guidance, GuidanceDoubt, GuidanceVersion, Item, Material, Matter
from matters.models.guidance import SAID
from matters.words import DoubtOutcome, GuidanceState

LIMITS = {"question": 200, "answer": 2000, "basis": 300}
SUBJECTS: dict[str, type[Matter] | type[Item] | type[Material]] = {
    "matters": Matter,
    "items": Item,
    "materials": Material,
}
SAMPLE_FOR = timedelta(days=365)
REASON_LIMIT, DOUBT_LIMIT, SUBJECTS_LIMIT = 300, 500, 30


@dataclass(frozen=True)
class Wording:
    """What a version says. `matters`, `items`, `materials`: codes of what it speaks of, at least one altogether."""

    question: str
    answer: str
    basis: str
    valid_from: date
    valid_until: date
    matters: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    public: bool = False


def may_keep(actor: Actor, department: str) -> bool:
    """Whoever writes, confirms and answers for this department: its reviewers, and catalogue administrators."""
    return department in actor.departments or may_edit(actor)


def write_guidance(
    *, actor: Actor, wording: Wording, department: str = "", guidance: int | None = None, seen: int | None = None
) -> GuidanceVersion:
    """A new question of `department`, or the next version of `guidance`; said to nobody before `confirm_guidance`.

    `seen`: number of the newest version the actor looked at. Raises NotAllowed, Refused with the field that is wrong,
    Conflict when a version waits already or somebody wrote one meanwhile.
    """
    with transaction.atomic():
        found = _locked(guidance) if guidance is not None else None
        owner = found.department_id if found else department
        _require_keeper(actor, owner)
        if not Department.objects.filter(pk=owner).exists():
            raise Refused("请选归哪个部门。", "department")
        said = _checked(wording)
        if found is None:
            found = Guidance.objects.create(department_id=owner)
        last = found.versions.aggregate(last=Max("number"))["last"] or 0
        if found.versions.filter(state=GuidanceState.WAITING).exists():
            raise Conflict("这条已经有一版在等确认，先确认、退回或者撤回那一版。")
        if seen is not None and seen != last:
            raise Conflict("别人刚写了新的一版，没有覆盖。请看过再写。")
        return GuidanceVersion.objects.create(
            guidance=found, number=last + 1, author_id=actor.user_id, written_at=timezone.now(), **asdict(said)
        )


def _checked(wording: Wording) -> Wording:
    """The wording without blanks at its ends. Raises Refused with the field that is wrong."""
    texts: dict[str, Any] = {name: getattr(wording, name).strip() for name in LIMITS}
    empty = {
        "question": "请写问题，照大家问的样子写。",
        "answer": "请写怎么答。",
        "basis": "请写依据：哪部法律、哪个文件的第几条。",
    }
    for name, limit in LIMITS.items():
        if not texts[name]:
            raise Refused(empty[name], name)
        if len(texts[name]) > limit:
            raise Refused(f"最多 {limit} 字。", name)
        _nobody_named(texts[name], name)
    today, calendar = timezone.localdate(), current_calendar()
    if wording.valid_from > wording.valid_until:
        raise Refused("止的日子不能在起的日子之前。", "valid_until")
    if wording.valid_until < today:
        raise Refused("止的日子已经过了，写了也没有人看得到。", "valid_until")
    longest = calendar.thresholds.value("guidance_longest_days", today)
    if wording.valid_until > max(today, wording.valid_from) + timedelta(days=longest):
        raise Refused(f"最长管 {longest} 天，到期前会提醒，再写一版就行。", "valid_until")
    codes: dict[str, tuple[str, ...]] = {name: getattr(wording, name) for name in SUBJECTS}
    if not any(codes.values()):
        raise Refused("请至少选一件事、一个事项或者一份材料，窗口才会在办的时候看到。", "matters")
    for name, given in codes.items():
        if len(given) > SUBJECTS_LIMIT:
            raise Refused(f"最多选 {SUBJECTS_LIMIT} 个。", name)
        if SUBJECTS[name]._default_manager.filter(pk__in=given).count() != len(set(given)):
            raise Refused("有一个目录里没有，请重新选。", name)
    lists: dict[str, Any] = {name: tuple(sorted(set(given))) for name, given in codes.items()}
    return replace(wording, **texts, **lists)


def _nobody_named(text: str, field: str) -> None:
    if mask_within(text) != text:
        raise Refused("不要写身份证号和手机号，口径里不写具体的人。", field)


@transaction.atomic
def confirm_guidance(*, actor: Actor, version: int) -> GuidanceVersion:
    """From its first day on it is said instead of the one before; a sample is confirmed as it stands.

    Raises NotAllowed (also for its author), Conflict when it does not wait any more, Refused when its last day is over.
    """
    found = _waiting(actor, version, (GuidanceState.WAITING, GuidanceState.SAMPLE))
    if found.author_id == actor.user_id:
        raise NotAllowed("自己写的要请另一个人确认。")
    if found.valid_until < timezone.localdate():
        raise Refused("止的日子已经过了，请写新的一版。")
    return _settle(found, actor, GuidanceState.CONFIRMED)


@transaction.atomic
def return_guidance(*, actor: Actor, version: int, note: str) -> GuidanceVersion:
    """Gives a waiting version back to who wrote it. Raises NotAllowed (also for its author), Conflict, Refused without
    a note."""
    found = _waiting(actor, version, (GuidanceState.WAITING,))
    if found.author_id == actor.user_id:
        raise NotAllowed("自己写的不用退，撤回就行。")
    return _settle(found, actor, GuidanceState.RETURNED, _reason(note, "note", "请写为什么退，他好改。"))


@transaction.atomic
def cancel_guidance(*, actor: Actor, version: int) -> GuidanceVersion:
    """Its author takes a waiting version back. Raises NotAllowed for others, Conflict when it was settled meanwhile."""
    found = _waiting(actor, version, (GuidanceState.WAITING,))
    if found.author_id != actor.user_id:
        raise NotAllowed("只有写的人可以撤回，您可以退回。")
    return _settle(found, actor, GuidanceState.CANCELLED)


@transaction.atomic
def withdraw_guidance(*, actor: Actor, guidance: int, reason: str) -> Guidance:
    """From now on nobody is told it; one person is enough, because what is wrong has to disappear at once.

    A version that waits goes on waiting. Raises NotAllowed, Refused without a reason, Conflict when nothing is said.
    """
    found = _locked(guidance)
    _require_keeper(actor, found.department_id)
    reason = _reason(reason, "reason", "请写为什么停用。")
    last = found.versions.filter(state__in=SAID).aggregate(last=Max("number"))["last"] or 0
    if last <= found.withdrawn_through:
        raise Conflict("这条已经停用了。")
    found.withdrawn_through, found.withdrawn_at = last, timezone.now()
    found.withdrawn_by_id, found.withdrawn_reason = actor.user_id, reason
    found.save()
    return found


def doubt_guidance(*, actor: Actor, version: int, text: str = "") -> GuidanceDoubt:
    """这条不对: its department has to answer within `guidance_answer_days` working days.

    Raises NotAllowed for whoever is no member of staff, Refused for a text too long or with somebody's numbers,
    Conflict when the version is not said any more or this person's doubt about it waits already.
    """
    if not actor.staff or actor.user_id is None:
        raise NotAllowed("口径库只给工作人员用。")
    text = text.strip()
    if len(text) > DOUBT_LIMIT:
        raise Refused(f"最多 {DOUBT_LIMIT} 字。", "text")
    _nobody_named(text, "text")
    today, calendar = timezone.localdate(), current_calendar()
    found = GuidanceVersion.objects.in_force(today).filter(pk=version).first()
    if found is None:
        raise Conflict("这一版已经不用了，请看现在的。")
    due = calendar.add(today, calendar.thresholds.value("guidance_answer_days", today))
    try:
        with transaction.atomic():
            return GuidanceDoubt.objects.create(
                version=found, text=text, by_id=actor.user_id, at=timezone.now(), due=due
            )
    except IntegrityError as error:
        raise Conflict("您已经提过这一条，部门还没有答复。") from error


@transaction.atomic
def answer_doubt(*, actor: Actor, doubt: int, outcome: str, answer: str) -> GuidanceDoubt:
    """The owner says whether the doubt is right. 是不对 only after a new version was written or this one withdrawn.

    Raises NotAllowed, Conflict when it was answered meanwhile, Refused with the field that is wrong.
    """
    asked = GuidanceDoubt.objects.filter(pk=doubt).values_list("version__guidance_id", flat=True).first()
    owner = _locked(asked)
    _require_keeper(actor, owner.department_id)
    found = GuidanceDoubt.objects.select_for_update(of=("self",)).select_related("version").get(pk=doubt)
    if found.answered_at is not None:
        raise Conflict("同事已经答复过了。")
    if outcome not in DoubtOutcome.values:
        raise Refused("请选对还是不对。", "outcome")
    if len(answer.strip()) > DOUBT_LIMIT:
        raise Refused(f"最多 {DOUBT_LIMIT} 字。", "answer")
    if not answer.strip():
        raise Refused("请写一句答复，提的人看得到。", "answer")
    _nobody_named(answer, "answer")
    later = owner.versions.filter(
        number__gt=found.version.number, state__in=(GuidanceState.WAITING, GuidanceState.CONFIRMED)
    )
    mended = owner.withdrawn_through >= found.version.number or later.exists()
    if outcome == DoubtOutcome.WRONG and not mended:
        raise Refused("是不对的，先写新的一版或者停用，再答复。", "outcome")
    found.outcome, found.answer = outcome, answer.strip()
    found.answered_by_id, found.answered_at = actor.user_id, timezone.now()
    found.save()
    return found


def _require_keeper(actor: Actor, department: str) -> None:
    if not may_keep(actor, department):
        raise NotAllowed("只有归口部门的人和事项管理员可以改这条口径。")


def _locked(pk: int | None) -> Guidance:
    found = Guidance.objects.select_for_update().filter(pk=pk or 0).first()
    if found is None:
        raise Refused("没有这条口径。")
    return found


def _waiting(actor: Actor, pk: int, states: tuple[str, ...]) -> GuidanceVersion:
    """The version, locked behind its question, while it is in one of these states."""
    owner = _locked(GuidanceVersion.objects.filter(pk=pk).values_list("guidance_id", flat=True).first())
    _require_keeper(actor, owner.department_id)
    found = owner.versions.get(pk=pk)
    if found.state not in states:
        raise Conflict(f"这一版{found.get_state_display()}，不用再动。")
    return found


def _settle(found: GuidanceVersion, actor: Actor, state: str, note: str = "") -> GuidanceVersion:
    found.state, found.note = state, note
    found.settled_by_id, found.settled_at = actor.user_id, timezone.now()
    found.save(update_fields=["state", "note", "settled_by", "settled_at"])
    return found


def _reason(text: str, field: str, empty: str) -> str:
    kept = text.strip()
    if not kept:
        raise Refused(empty, field)
    if len(kept) > REASON_LIMIT:
        raise Refused(f"最多 {REASON_LIMIT} 字。", field)
    _nobody_named(kept, field)
    return kept


def load_samples() -> int:
    """The demonstration's 口径, as samples, for a year; returns how many are new. A question that is there stays as it
    is, and what the catalogue does not have is passed over.

    Raises Refused outside a demonstration.
    """
    if not settings.DEMO:
        raise Refused("演示的口径只能放在演示环境里")
    rows = yaml.safe_load((FIXTURES / "guidance.yaml").read_text(encoding="utf-8"))
    today, new = timezone.localdate(), 0
    departments = set(Department.objects.values_list("code", flat=True))
    with transaction.atomic():
        for row in rows:
            asked = GuidanceVersion.objects.filter(question=row["question"], guidance__department=row["department"])
            if row["department"] not in departments or asked.exists():
                continue
            said = {name: row[name] for name in LIMITS} | {"public": row.get("public", False)}
            known = {
                name: sorted(model._default_manager.filter(pk__in=row.get(name, [])).values_list("pk", flat=True))
                for name, model in SUBJECTS.items()
            }
            period = {"valid_from": today, "valid_until": today + SAMPLE_FOR, "written_at": timezone.now()}
            owner = Guidance.objects.create(department_id=row["department"])
            GuidanceVersion.objects.create(
                guidance=owner, number=1, state=GuidanceState.SAMPLE, **said, **known, **period
            )
            new += 1
    return new
