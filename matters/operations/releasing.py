"""Publishing by two persons: one editor asks, another approves what was asked, hash for hash.

Locks: the release first where there is one, then against loads, then its matters by code. Compiling happens under
the lock, so that what is approved is what is frozen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.access import require_editor
from matters.models import Matter, Release, ReleaseMatter, Revision
from matters.operations.publishing import (
    Draft,
    NotPublishable,
    draft_of,
    lock_against_loads,
    newest_hashes,
    publish_many,
)
from matters.source.checking import lint_all
from matters.stored import stored_catalogue
from matters.words import ReleaseState

REASON_LIMIT = 300
# A revision approved for a day further off than this is a slip of the pen.
AHEAD = timedelta(days=366)


def ask_release(
    *,
    matters: Sequence[str],
    reason: str,
    actor: Actor,
    live_from: datetime | None = None,
    expected_hashes: Mapping[str, str] | None = None,
) -> Release:
    """Asks that the edited state of these matters be published together, from `live_from` on (None: once approved).

    `expected_hashes`: what the actor looked at. Raises NotAllowed; Conflict when the rows changed since; NotPublishable
    with every fault; Refused without a reason, for an hour gone by or too far off, before the hour of an earlier
    revision, for a matter that is unknown, does not differ or waits for approval already.
    """
    require_editor(actor)
    if actor.user_id is None:
        raise NotAllowed("发布申请要由一名事项管理员提出。")
    reason = _reason(reason)
    if not matters:
        raise Refused("没有选中要发布的一件事。")
    if live_from is not None and live_from <= timezone.now():
        raise Refused("生效时间要在现在之后；要立即生效就空着。", field="live_from")
    if live_from is not None and live_from > timezone.now() + AHEAD:
        raise Refused("生效时间最远可以定在一年之内。", field="live_from")
    with transaction.atomic():
        names = _lock(matters)
        _none_waiting(names)
        found = _compiled(names)
        if faults := [fault for draft in found for fault in draft.faults]:
            raise NotPublishable(faults)
        if expected_hashes and any(expected_hashes.get(draft.matter, draft.hash) != draft.hash for draft in found):
            raise Conflict("您查看之后内容又有改动，请重新核对再提交。")
        if same := [names[draft.matter] for draft in found if not draft.differs]:
            raise Refused(f"{'、'.join(same)}：现在的内容和最新的版本完全一样，不用发布。")
        _in_order(names, live_from)
        release = Release.objects.create(
            author_id=actor.user_id, reason=reason, live_from=live_from, created_at=timezone.now()
        )
        ReleaseMatter.objects.bulk_create(
            ReleaseMatter(release=release, matter_id=draft.matter, plan=draft.plan, plan_hash=draft.hash)
            for draft in found
        )
    return release


def approve(*, release: int, actor: Actor) -> list[Revision]:
    """Publishes what a release asks for and returns the new revisions. The approver is not its author.

    An hour that has passed meanwhile means at once. Raises NotAllowed, Conflict when the release is settled or any of
    its matters was edited since it was asked for, NotPublishable when the dictionaries brought faults.
    """
    require_editor(actor)
    with transaction.atomic():
        row = _pending(release)
        if actor.user_id is None or actor.user_id == row.author_id:
            raise NotAllowed("起草人不能审批自己的申请，要由另一名事项管理员审批。")
        asked = dict(row.lines.values_list("matter_id", "plan_hash"))
        names = _lock(asked)
        found = _compiled(names)
        if faults := [fault for draft in found for fault in draft.faults]:
            raise NotPublishable(faults)
        if moved := [names[draft.matter] for draft in found if draft.hash != asked[draft.matter]]:
            raise Conflict(f"提交之后内容又有改动：{'、'.join(moved)}。请退回，由起草人核对后重新提交。")
        if same := [names[draft.matter] for draft in found if not draft.differs]:
            raise Conflict(f"{'、'.join(same)}：提交之后系统导入时已经发布了同样的内容。请退回。")
        revisions = publish_many(
            found,
            reason=row.reason,
            live_from=row.live_from,
            author_id=row.author_id,
            approver_id=actor.user_id,
        )
        _settle(row, ReleaseState.APPROVED, actor)
    return revisions


def give_back(*, release: int, note: str, actor: Actor) -> None:
    """Returns a release to its author with a note. Raises NotAllowed for the author, Conflict when it is settled."""
    require_editor(actor)
    note = _reason(note, "退回意见", "note")
    with transaction.atomic():
        row = _pending(release)
        if actor.user_id is None or actor.user_id == row.author_id:
            raise NotAllowed("这是您自己的申请：不再需要就撤回。")
        _settle(row, ReleaseState.RETURNED, actor, note)


def cancel(*, release: int, actor: Actor) -> None:
    """The author takes the release back. Raises NotAllowed for others, Conflict when it is settled."""
    require_editor(actor)
    with transaction.atomic():
        row = _pending(release)
        if actor.user_id != row.author_id:
            raise NotAllowed("只有起草人可以撤回；您可以退回它。")
        _settle(row, ReleaseState.CANCELLED, actor)


def _reason(text: str, what: str = "发布原因", field: str = "reason") -> str:
    text = text.strip()
    if not text:
        raise Refused(f"请写明{what}。", field=field)
    if len(text) > REASON_LIMIT:
        raise Refused(f"{what}最多 {REASON_LIMIT} 字，现在有 {len(text)} 字。", field=field)
    return text


def _pending(release: int) -> Release:
    row = Release.objects.select_for_update(of=("self",)).filter(pk=release).first()
    if row is None:
        raise Refused("没有这份发布申请。")
    if row.state != ReleaseState.PENDING:
        raise Conflict(f"这份申请{ReleaseState(row.state).label}，不能再处理。")
    return row


def _settle(row: Release, state: ReleaseState, actor: Actor, note: str = "") -> None:
    row.state, row.decided_by_id, row.decided_at, row.note = state, actor.user_id, timezone.now(), note
    row.save(update_fields=["state", "decided_by", "decided_at", "note"])


def _lock(codes: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """Locks these matters, always in the same order; code -> name. Raises Refused when one does not exist."""
    lock_against_loads()
    rows = Matter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(codes)).order_by("pk")
    names = dict(rows.values_list("code", "name"))
    if len(names) < len(set(codes)):
        raise Refused("没有这件事。")
    return names


def _none_waiting(names: Mapping[str, str]) -> None:
    waiting = ReleaseMatter.objects.filter(matter__in=names, release__state=ReleaseState.PENDING)
    if held := waiting.select_related("release__author").only("matter_id", "release__author__name").first():
        who = held.release.author.name
        raise Refused(f"{names[held.matter_id]}已有 {who} 提交的发布申请在等审批，先由审批人处理，或者由 {who} 撤回。")


def _in_order(names: Mapping[str, str], live_from: datetime | None) -> None:
    newest = Revision.objects.newest().filter(matter__in=names)
    for code, number, hour in newest.values_list("matter_id", "number", "live_from"):
        if hour > (live_from or timezone.now()):
            when = timezone.localtime(hour).strftime("%Y-%m-%d %H:%M")
            raise Refused(f"{names[code]}的第 {number} 版 {when} 才生效，新的版本不能比它早。", field="live_from")


def _compiled(names: Mapping[str, str]) -> list[Draft]:
    """The drafts of these matters, from one reading of everything that is edited."""
    catalogue = stored_catalogue()
    faults, published = lint_all(catalogue), newest_hashes(names)
    return [draft_of(catalogue, code, published.get(code, ""), faults.get(code, [])) for code in names]
