"""Which revision people read, the code that a print carries, and what changed since: read from frozen revisions only."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import DateTimeField, OuterRef, Subquery, Value
from django.utils import timezone

from matters.models import Revision
from matters.published import NotPublished, plan_of
from matters.specs import Plan
from matters.wording import plan_changes

CODE = re.compile(r"(?P<number>[1-9]\d{0,5})-(?P<hash>[0-9a-f]{8})")
HASH_DIGITS = 8
# What a reader of the guide never sees: a change of it alone makes no print stale.
UNSEEN = ("keywords", "batch", "number")


class Edition(NamedTuple):
    """One revision of a matter as the guide shows it. `withdrawn`: the matter takes no new cases.

    `next_from`: the hour from which another revision, approved already, takes the place of the one in force.
    """

    revision_id: int
    number: int
    plan_hash: str
    live_from: datetime
    withdrawn: bool
    next_from: datetime | None = None

    @property
    def plan(self) -> Plan:
        return plan_of(self.revision_id)

    @property
    def code(self) -> str:
        """What prints carry: number of the revision and the first digits of the plan's hash, “3-a1b2c3d4”."""
        return f"{self.number}-{self.plan_hash[:HASH_DIGITS]}"


def current_edition(matter: str) -> Edition:
    """The revision in force, also of a matter withdrawn from publication. One query. Raises NotPublished."""
    now = timezone.now()
    coming = Revision.objects.filter(matter=OuterRef("matter"), live_from__gt=now).order_by("number")
    rows = Revision.objects.live(now).filter(matter=matter).annotate(next_from=Subquery(coming.values("live_from")[:1]))
    return _edition(rows.values_list(*_COLUMNS, "next_from").first())


def past_edition(matter: str, number: int) -> Edition:
    """Revision `number` of a matter, if its hour has come: revisions stay readable for ever. One query.

    Raises NotPublished.
    """
    revisions = Revision.objects.filter(matter=matter, number=number, live_from__lte=timezone.now())
    return _edition(revisions.annotate(next_from=_NEVER).values_list(*_COLUMNS, "next_from").first())


_NEVER = Value(None, output_field=DateTimeField())
_COLUMNS = ("pk", "number", "plan_hash", "live_from", "matter__withdrawn_at")


def _edition(found: tuple[int, int, str, datetime, datetime | None, datetime | None] | None) -> Edition:
    if found is None:
        raise NotPublished("没有这件事，或者它还没有发布。")
    revision_id, number, plan_hash, live_from, withdrawn_at, next_from = found
    return Edition(revision_id, number, plan_hash, live_from, withdrawn_at is not None, next_from)


def read_code(text: str) -> tuple[int, str] | None:
    """Number and hash digits of a version code as somebody typed it; None when it is not one."""
    typed = text.strip().lower().translate(str.maketrans("－—–‐ ", "-----")).replace("第", "").replace("版", "-")
    found = CODE.fullmatch(re.sub(r"-+", "-", typed))
    return (int(found["number"]), found["hash"]) if found else None


def matter_of(text: str) -> str | None:
    """Code of the matter whose print carries this version code; None when there is none. One query at most."""
    read = read_code(text)
    if read is None:
        return None
    number, digits = read
    found = Revision.objects.filter(number=number, plan_hash__startswith=digits, live_from__lte=timezone.now())
    return found.values_list("matter_id", flat=True).first()


class Printed(NamedTuple):
    """A print held against what is in force. `number` None: the code is not one of this matter's."""

    number: int | None
    stale: bool
    changes: tuple[str, ...]


def compared(matter: str, code: str, current: Edition) -> Printed:
    """What a reader who holds a print with this version code has to know. No query when the print is not stale."""
    read = read_code(code)
    if read is None:
        return Printed(None, stale=False, changes=())
    if f"{read[0]}-{read[1]}" == current.code:
        return Printed(current.number, stale=False, changes=())
    try:
        printed = past_edition(matter, read[0])
    except NotPublished:
        return Printed(None, stale=False, changes=())
    if not printed.code.endswith(read[1]) or printed.number >= current.number:
        return Printed(None, stale=False, changes=())
    return Printed(printed.number, stale=True, changes=_changes(printed, current))


@lru_cache(maxsize=64)
def _changes(old: Edition, new: Edition) -> tuple[str, ...]:
    before, after = old.plan.to_json(), new.plan.to_json()
    return tuple(plan_changes(_seen(before, after), after))


def _seen(plan: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with what readers do not see taken from the newer one, so that it never differs."""
    items = {row["code"]: row for row in newer["items"]}
    hidden = {name: newer[name] for name in UNSEEN}
    rows = [{**row, "points": items.get(row["code"], row)["points"]} for row in plan["items"]]
    return {**plan, **hidden, "items": rows}
