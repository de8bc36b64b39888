"""Publishing: compile the edited rows, check them, freeze the plan as the next revision. Running cases keep theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Conflict, Refused
from matters.access import require_editor
from matters.compiling import compile_plan
from matters.models import Matter, Revision
from matters.source.checking import Catalogue, lint, lint_all
from matters.source.reading import Fault
from matters.specs import plan_hash
from matters.stored import stored_catalogue

REASON_LIMIT = 300


class NotPublishable(Refused):
    """The edited matter has faults; `faults` lists them all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"还不能发布，有 {len(faults)} 处要改：" + "；".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Draft:
    """A matter as it would be published now. `plan` and `hash` are missing when there are faults."""

    matter: str
    faults: list[Fault]
    plan: dict[str, Any] | None = None
    hash: str = ""
    published_hash: str = ""

    @property
    def differs(self) -> bool:
        """True when publishing would change what people read."""
        return bool(self.hash) and self.hash != self.published_hash


def drafts(codes: Iterable[str] | None = None) -> dict[str, Draft]:
    """Code -> draft of these matters (None: of all), from one reading of the catalogue."""
    catalogue = stored_catalogue()
    published = dict(Matter.objects.filter(current__isnull=False).values_list("code", "current__plan_hash"))
    wanted = catalogue.rows["matter"] if codes is None else codes
    faults = lint_all(catalogue)
    return {code: draft_of(catalogue, code, published.get(code, ""), faults.get(code, [])) for code in wanted}


def draft_of(catalogue: Catalogue, code: str, published_hash: str, faults: list[Fault]) -> Draft:
    """The draft of one matter of this catalogue, of which `faults` are known."""
    if faults:
        return Draft(code, faults, published_hash=published_hash)
    plan = compile_plan(catalogue.rows["matter"][code], catalogue.dictionaries)
    return Draft(code, [], plan, plan_hash(plan), published_hash)


def publish(*, matter: str, reason: str, actor: Actor, expected_hash: str | None = None) -> Revision:
    """Publishes the matter's edited state as its next revision and returns that.

    `expected_hash`: what the actor looked at; Conflict when the rows have changed since. Raises NotAllowed,
    NotPublishable with every fault, and Refused without a reason, for an unknown matter or when nothing differs.
    """
    require_editor(actor)
    reason = reason.strip()
    if not reason:
        raise Refused("请写明为什么发布新版本。", field="reason")
    if len(reason) > REASON_LIMIT:
        raise Refused(f"原因最多 {REASON_LIMIT} 字，现在有 {len(reason)} 字。", field="reason")
    with transaction.atomic():
        row = Matter.objects.select_for_update(of=("self",)).select_related("current").filter(pk=matter).first()
        if row is None:
            raise Refused("没有这件事。")
        catalogue = stored_catalogue()
        current = row.current.plan_hash if row.current else ""
        draft = draft_of(catalogue, matter, current, lint(catalogue, matter))
        if draft.faults or draft.plan is None:
            raise NotPublishable(draft.faults)
        if expected_hash is not None and expected_hash != draft.hash:
            raise Conflict("您查看之后内容又有改动，请重新核对再发布。")
        if not draft.differs:
            raise Refused("现在的内容和现行版本完全一样，不用发布。")
        now = timezone.now()
        revision = Revision.objects.create(
            matter=row,
            number=row.current.number + 1 if row.current else 1,
            plan=draft.plan,
            plan_hash=draft.hash,
            reason=reason,
            author_id=actor.user_id,
            published_at=now,
            live_from=now,
        )
        Matter.objects.filter(pk=matter).update(current=revision)
    return revision


def publish_many(found: Iterable[Draft], *, reason: str) -> list[Revision]:
    """Publishes sound drafts in two statements, for loading; the caller holds the transaction and the lock."""
    found = [draft for draft in found if draft.plan is not None]
    codes = [draft.matter for draft in found]
    numbers = dict(Matter.objects.filter(pk__in=codes, current__isnull=False).values_list("code", "current__number"))
    now = timezone.now()
    revisions = Revision.objects.bulk_create(
        Revision(
            matter_id=draft.matter,
            number=numbers.get(draft.matter, 0) + 1,
            plan=draft.plan,
            plan_hash=draft.hash,
            reason=reason,
            published_at=now,
            live_from=now,
        )
        for draft in found
    )
    Matter.objects.bulk_update([Matter(code=r.matter_id, current=r) for r in revisions], ["current"])
    return revisions


def withdraw(*, matter: str, actor: Actor) -> None:
    """Stops new cases of the matter; running ones go on. Raises NotAllowed, or Refused when it is withdrawn already."""
    require_editor(actor)
    if not Matter.objects.filter(pk=matter, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        raise Refused("没有这件事，或者已经撤下了。")


def restore(*, matter: str, actor: Actor) -> None:
    """Takes new cases of a withdrawn matter again. Raises NotAllowed, or Refused when it is not withdrawn."""
    require_editor(actor)
    if not Matter.objects.filter(pk=matter, withdrawn_at__isnull=False).update(withdrawn_at=None):
        raise Refused("没有这件事，或者它没有撤下。")
