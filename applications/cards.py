"""黄牌 and 红牌: which terms of a running case are broken on a day, and whose they are. Pure: days in, cards out.

Yellow is a promise broken (K3, K4) or an issue that is late (K6); red is the law broken (K2, K5, K7). What stands still
by law, waits for another department or for the applicant breaks nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

YELLOW, RED = "yellow", "red"


@dataclass(frozen=True)
class Term:
    """The terms of one task. `stands`: paused, locked by a predecessor, or the applicant's turn. `decided`: final.

    `statutory`, `review_up`, `issue` are None where no such term runs.
    """

    code: str
    due: date | None = None
    statutory: date | None = None
    review_up: date | None = None
    issue: date | None = None
    stands: bool = False
    decided: bool = False


@dataclass(frozen=True)
class Broken:
    """A card to write: the clock's `rule`, whose task (`code`, empty: of the case), and the last day that was missed."""

    rule: str
    colour: str
    code: str
    day: date


def broken(terms: Iterable[Term], promised: date | None, joint: date | None, today: date) -> list[Broken]:
    """The cards of a case on that day, by task; a term ends with its last day, so that day itself breaks nothing.

    `promised`: the matter's promise (K4), `joint`: the most that several departments together may take (K5). Those two
    go to who still owes a decision and could make it, to the case itself where nobody is.
    """
    terms = tuple(terms)
    found = [card for term in terms for card in _of_task(term, today)]
    owing = [term.code for term in terms if not term.decided and not term.stands]
    open_still = any(not term.decided for term in terms)
    for rule, colour, day in (("matter", YELLOW, promised), ("joint", RED, joint)):
        if open_still and day is not None and day < today:
            found += [Broken(rule, colour, code, day) for code in owing or [""]]
    return found


def _of_task(term: Term, today: date) -> list[Broken]:
    if term.decided:
        late = term.issue is not None and term.issue < today
        return [Broken("issue", YELLOW, term.code, term.issue)] if late and term.issue else []
    if term.stands or term.due is None:
        return []
    # A grant that came late moves the due day of who waited for it; the waiting is not held against them by law either.
    days = [
        ("promise", YELLOW, term.due),
        ("statutory", RED, max(term.statutory, term.due) if term.statutory else None),
        ("review_up", RED, max(term.review_up, term.due) if term.review_up else None),
    ]
    return [Broken(rule, colour, term.code, day) for rule, colour, day in days if day is not None and day < today]
