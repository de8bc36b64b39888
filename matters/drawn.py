"""The guide of a revision for somebody's answers, with what each choice would change; kept in the process.

A revision never changes, so neither does what is drawn from it: the first reader pays, the next hundred do not.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from matters.comparing import choice_effects
from matters.guide import Guide, guide
from matters.plan import every_answer, scheme
from matters.specs import ChoiceSpec, QuestionSpec
from matters.versions import Edition

KEPT = 300
Answers = tuple[tuple[str, str], ...]
NO_LONGER = "?"  # stands for any choice that this revision does not have, so that odd queries fill no cache


class Option(NamedTuple):
    """A choice as the guide offers it. `effect`: what it adds, in a sentence."""

    choice: ChoiceSpec
    checked: bool
    effect: str


class Drawn(NamedTuple):
    """A guide with its questions; `query` is the chosen answers as a query string."""

    guide: Guide
    questions: tuple[tuple[QuestionSpec, tuple[Option, ...]], ...]
    query: str


def answers_of(edition: Edition, given: Mapping[str, str]) -> Answers:
    """What of a query string answers this revision's questions, in their order; nothing else is kept."""
    return tuple(
        (q.code, given[q.code] if any(c.code == given[q.code] for c in q.choices) else NO_LONGER)
        for q in edition.plan.questions
        if given.get(q.code)
    )


@lru_cache(maxsize=KEPT)
def drawn(edition: Edition, answers: Answers) -> Drawn:
    """The guide of this revision for these answers."""
    plan = edition.plan
    shown = guide(plan, dict(answers))
    effects = choice_effects(plan, shown.scheme.answers)
    questions = tuple(
        (q, tuple(Option(c, shown.chosen.get(q.code) == c.code, effects[q.code, c.code].text) for c in q.choices))
        for q in plan.questions
    )
    return Drawn(shown, questions, urlencode(dict(shown.chosen)))


class Always(NamedTuple):
    """Codes of the materials to hand in and items that apply whatever is answered; the rest depends."""

    materials: frozenset[str]
    items: frozenset[str]


@lru_cache(maxsize=KEPT)
def always(edition: Edition) -> Always:
    """What applies under every set of answers: prints for everybody mark the rest as 看情形."""
    schemes = [scheme(edition.plan, answers) for answers in every_answer(edition.plan)]
    return Always(
        materials=frozenset.intersection(*(frozenset(m.spec.code for m in s.to_hand_in) for s in schemes)),
        items=frozenset.intersection(*(frozenset(s.by_item) for s in schemes)),
    )
