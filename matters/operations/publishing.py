"""Drafts: the edited rows compiled and checked; and what freezes them as the next revisions. Running cases keep theirs.

Who may publish, and when, is decided in `releasing` (two persons) and `loading` (the system, from the source files).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Refused
from matters.access import require_editor
from matters.compiling import compile_plan
from matters.models import Matter, Revision
from matters.source.checking import Catalogue, lint_all
from matters.source.reading import Fault
from matters.source.warnings import warnings
from matters.specs import plan_hash
from matters.standards import Held, held
from matters.stored import stored_catalogue

# Two loads wait for each other, and publishing waits for a load. Any number that nothing else uses as advisory lock.
LOAD_LOCK = 7_240_100


class NotPublishable(Refused):
    """The edited matter has faults; `faults` lists them all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"还不能发布，有 {len(faults)} 处要改：" + "；".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Draft:
    """A matter as it would be published now. `plan` and `hash` are missing when there are faults.

    `published_hash` is that of its newest revision, in force or approved for later; empty when there is none. `held`:
    its items beside the lists above the county. `warnings` are told and keep nothing back.
    """

    matter: str
    faults: list[Fault]
    plan: dict[str, Any] | None = None
    hash: str = ""
    published_hash: str = ""
    held: Held | None = None
    warnings: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """True when publishing would change what people read."""
        return bool(self.hash) and self.hash != self.published_hash


def drafts(codes: Iterable[str] | None = None) -> dict[str, Draft]:
    """Code -> draft of these matters (None: of all), from one reading of the catalogue."""
    catalogue = stored_catalogue()
    published = newest_hashes()
    wanted = catalogue.rows["matter"] if codes is None else codes
    faults = lint_all(catalogue)
    return {code: draft_of(catalogue, code, published.get(code, ""), faults.get(code, [])) for code in wanted}


def newest_hashes(codes: Iterable[str] | None = None) -> dict[str, str]:
    """Code -> plan hash of the newest revision of these matters (None: of all)."""
    newest = Revision.objects.newest()
    if codes is not None:
        newest = newest.filter(matter__in=codes)
    return dict(newest.values_list("matter_id", "plan_hash"))


def draft_of(catalogue: Catalogue, code: str, published_hash: str, faults: list[Fault]) -> Draft:
    """The draft of one matter of this catalogue, of which `faults` are known."""
    rows = catalogue.rows
    told = tuple(warnings(rows["matter"][code], rows["item"]))
    beside = held(rows["matter"][code], rows["item"], catalogue.standards, rows["material"])
    if faults:
        return Draft(code, faults, published_hash=published_hash, held=beside, warnings=told)
    plan = compile_plan(rows["matter"][code], catalogue.dictionaries)
    return Draft(code, [], plan, plan_hash(plan), published_hash, beside, told)


def lock_against_loads(*, alone: bool = False) -> None:
    """Until the transaction ends no load changes the catalogue; `alone`: nobody else publishes either.

    Taken before any row of a matter: a load writes matters in the order of its files, publishing locks them by code.
    """
    statement = "SELECT pg_advisory_xact_lock(%s)" if alone else "SELECT pg_advisory_xact_lock_shared(%s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOAD_LOCK])


def publish_many(
    found: Iterable[Draft],
    *,
    reason: str,
    live_from: datetime | None = None,
    author_id: int | None = None,
    approver_id: int | None = None,
) -> list[Revision]:
    """Freezes sound drafts as the next revisions, in two statements; the caller holds the transaction and the lock.

    `live_from` (None: now) lies neither in the past nor before that of the revision before: then the latest of them
    holds. Without author and approver it is the system that publishes what it loaded.
    """
    found = [draft for draft in found if draft.plan is not None]
    newest = Revision.objects.newest().filter(matter__in=[draft.matter for draft in found])
    last = {code: (number, hour) for code, number, hour in newest.values_list("matter_id", "number", "live_from")}
    now = timezone.now()
    revisions = []
    for draft in found:
        number, hour = last.get(draft.matter, (0, now))
        revisions.append(
            Revision(
                matter_id=draft.matter,
                number=number + 1,
                plan=draft.plan,
                plan_hash=draft.hash,
                reason=reason,
                author_id=author_id,
                approver_id=approver_id,
                published_at=now,
                live_from=max(live_from or now, now, hour),
            )
        )
    return Revision.objects.bulk_create(revisions)


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
