"""Whose turn it is. Pure: tables of cases in `tests/visits/test_turns.py`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from visits.states import Lane


@dataclass(frozen=True)
class Waiting:
    """A ticket that waits. `since`: from when it counts; `due`: the booked time; `topic`: as on `models.Ticket`."""

    pk: int
    lane: str
    since: datetime
    due: datetime | None = None
    topic: str = ""


@dataclass(frozen=True)
class Called:
    """A ticket called before: which lane, and when for the first time."""

    lane: str
    at: datetime


def may_serve(handles: str, topic: str) -> bool:
    """A counter that is for one thing takes its own tickets only; a combined one (handles nothing special) takes all."""
    return not handles or handles == topic


def next_ticket(
    waiting: Iterable[Waiting], now: datetime, called: Sequence[Called], ordinary_percent: int, handles: str = ""
) -> Waiting | None:
    """Whom a counter calls next; None when nobody waits whom it could serve.

    Booked people whose time has come go first, then priority (each by time), then walk-ins in their order, then booked
    people who are early. But while walk-ins wait, of all that were called since the first of them came at least
    `ordinary_percent` are walk-ins: whoever would push their share below that waits, so nobody starves.
    """
    mine = [one for one in waiting if may_serve(handles, one.topic)]
    ordinary = sorted((one for one in mine if one.lane == Lane.ORDINARY), key=_since)
    if ordinary and _walk_in_is_due(ordinary[0], called, ordinary_percent):
        return ordinary[0]
    booked = sorted((one for one in mine if one.lane == Lane.APPOINTMENT), key=_due)
    in_time = [one for one in booked if one.due is None or one.due <= now]
    priority = sorted((one for one in mine if one.lane == Lane.PRIORITY), key=_since)
    return next(iter([*in_time, *priority, *ordinary, *booked]), None)


def _walk_in_is_due(first: Waiting, called: Sequence[Called], percent: int) -> bool:
    since = [one.lane for one in called if one.at >= first.since]
    return since.count(Lane.ORDINARY) < (len(since) + 1) * percent // 100


def _since(one: Waiting) -> tuple[datetime, int]:
    return one.since, one.pk


def _due(one: Waiting) -> tuple[datetime, int]:
    return one.due or one.since, one.pk


def in_turn(
    waiting: Sequence[Waiting], now: datetime, called: Sequence[Called], ordinary_percent: int, handles: str = ""
) -> list[Waiting]:
    """All of them in the order in which they would be called if nobody else came and no time went by."""
    left, past, order = list(waiting), list(called), []
    while (one := next_ticket(left, now, past, ordinary_percent, handles)) is not None:
        left.remove(one)
        past.append(Called(one.lane, now))
        order.append(one)
    return order


def expected_minutes(before: int, counters: int, served: Sequence[timedelta], planned: int) -> int:
    """Minutes until one's turn, for people who read it: rounded up to five, 0 when nobody is before.

    `served`: how long today's finished tickets took; with fewer than five of them each counts as planned minutes.
    """
    if before <= 0:
        return 0
    each = planned
    if len(served) >= 5:
        each = max(1, round(sum(served, timedelta()).total_seconds() / len(served) / 60))
    minutes = before * each / max(1, counters)
    return max(5, -(-int(minutes + 0.5) // 5) * 5)
