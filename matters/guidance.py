"""What the library of 口径 holds: by search, beside a case, on a guide, on the desk of its owner. Reads alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from departments.access import Actor
from departments.calendar import current_calendar
from matters.access import may_edit
from matters.finding import Document, Index, Phrase
from matters.models import GuidanceDoubt, GuidanceVersion, Item, Material, Matter
from matters.models.guidance import SAID
from matters.search import dictionary_version, stored_dictionary
from matters.words import GuidanceState

BESIDE, PUBLIC, LISTED = 20, 12, 200
# How much a match in each part says.
QUESTION, SUBJECT, ANSWER, BASIS = 1.0, 0.6, 0.6, 0.4


class Entry(NamedTuple):
    """A version with the names of what it speaks of."""

    version: GuidanceVersion
    subjects: tuple[str, ...]


class Frequent(NamedTuple):
    """One of a guide's 常见问题. `sample`: of the demonstration, confirmed by nobody."""

    question: str
    answer: str
    basis: str
    department: str
    valid_until: date
    sample: bool


@dataclass(frozen=True)
class Desk:
    """What a department has to do for its 口径, in the order of urgency."""

    doubts: list[GuidanceDoubt]
    waiting: list[Entry]
    samples: list[Entry]
    ending: list[Entry]
    said: list[Entry]
    withdrawn: list[Entry]


def keeps(actor: Actor) -> bool:
    """Whether there is anything of which this person may be the keeper."""
    return bool(actor.departments) or may_edit(actor)


def library(actor: Actor, today: date, *, text: str, matter: str, department: str) -> list[Entry]:
    """What is said today, narrowed by matter and department; with `text` the best first. Never expired ones."""
    found = GuidanceVersion.objects.visible_to(actor).in_force(today)
    if matter:
        steps = Item.objects.filter(steps__matter=matter).values_list("code", flat=True)
        found = found.about(matter, list(steps), ())
    if department:
        found = found.filter(guidance__department=department)
    entries = _entries(found.order_by("guidance__department__code", "guidance_id"))
    return _best(entries, text) if text else entries[:LISTED]


def beside(
    actor: Actor, today: date, matter: str, items: Collection[str], materials: Collection[str]
) -> list[GuidanceVersion]:
    """What helps with a case: first what speaks of its matter, then of its items, then of its papers. One query."""
    found = GuidanceVersion.objects.visible_to(actor).in_force(today).about(matter, items, materials)
    rows = list(found.order_by("guidance_id"))
    wanted = set(items)
    rows.sort(key=lambda one: 0 if matter in one.matters else 1 if wanted.intersection(one.items) else 2)
    return rows[:BESIDE]


def frequent(matter: str, items: Collection[str], materials: Collection[str], today: date) -> tuple[Frequent, ...]:
    """常见问题 of a guide: what is public and speaks of it, of its own matter first. One cheap query where nothing is
    public, as of most matters; two where something is."""
    public = GuidanceVersion.objects.filter(public=True).about(matter, items, materials)
    if not public.exists():
        return ()
    found = public.in_force(today)
    rows = sorted(found.order_by("guidance_id"), key=lambda one: matter not in one.matters)
    return tuple(
        Frequent(
            one.question,
            one.answer,
            one.basis,
            one.guidance.department.short_name or one.guidance.department.name,
            one.valid_until,
            one.sample,
        )
        for one in rows[:PUBLIC]
    )


def query_of(matter: str, items: Iterable[str], materials: Iterable[str]) -> str:
    """What a case's page asks the library with."""
    return urlencode({"matter": matter, "item": list(items), "material": list(materials)}, doseq=True)


def desk(actor: Actor, today: date) -> Desk:
    """All that the actor's departments (a catalogue administrator: every department) have to look after."""
    own = _own(actor)
    soon = today + timedelta(days=current_calendar().thresholds.value("guidance_notice_days", today))
    current = _entries(GuidanceVersion.objects.filter(own).current(today).order_by("valid_until", "guidance_id"))
    waiting = GuidanceVersion.objects.filter(own, state=GuidanceState.WAITING).select_related("guidance__department")
    withdrawn = GuidanceVersion.objects.filter(own, state__in=SAID, guidance__withdrawn_through__gt=0)
    shown = {entry.version.guidance_id for entry in current}
    last = withdrawn.select_related("guidance__department").order_by("guidance_id", "-number").distinct("guidance_id")
    return Desk(
        doubts=list(own_doubts(actor)),
        waiting=_entries(waiting.order_by("written_at")),
        samples=[entry for entry in current if entry.version.sample],
        ending=[entry for entry in current if entry.version.valid_until <= soon],
        said=[entry for entry in current if entry.version.valid_until > soon and not entry.version.sample],
        withdrawn=_entries(one for one in last if one.guidance_id not in shown),
    )


def open_doubts() -> QuerySet[GuidanceDoubt]:
    """这条不对 without an answer, what was due first at the top."""
    related = ("version__guidance__department", "by")
    return GuidanceDoubt.objects.filter(answered_at=None).select_related(*related).order_by("due", "id")


def late_doubts(today: date) -> QuerySet[GuidanceDoubt]:
    """Those whose day to answer is over."""
    return open_doubts().filter(due__lt=today)


def own_doubts(actor: Actor) -> QuerySet[GuidanceDoubt]:
    """Those that the actor's departments have to answer; a catalogue administrator may answer all."""
    doubts = open_doubts()
    return doubts if may_edit(actor) else doubts.filter(version__guidance__department__in=actor.departments)


def entry_of(version: GuidanceVersion) -> Entry:
    """One version with the names of what it speaks of."""
    return _entries([version])[0]


def _own(actor: Actor) -> Q:
    return Q() if may_edit(actor) else Q(guidance__department__in=actor.departments)


def _entries(rows: Iterable[GuidanceVersion]) -> list[Entry]:
    """Each with its names; three queries, whatever their number."""
    found = list(rows)
    named: list[Mapping[str, str]] = []
    for model, codes in (
        (Matter, [code for one in found for code in one.matters]),
        (Item, [code for one in found for code in one.items]),
        (Material, [code for one in found for code in one.materials]),
    ):
        named.append(dict(model._default_manager.filter(pk__in=set(codes)).values_list("pk", "name")))
    return [
        Entry(
            one,
            tuple(
                names[code]
                for names, codes in zip(named, (one.matters, one.items, one.materials), strict=True)
                for code in codes
                if code in names
            ),
        )
        for one in found
    ]


def _best(entries: Sequence[Entry], text: str) -> list[Entry]:
    """Ranked by the search of the catalogue: pinyin, a slip and people's own words are understood alike."""
    documents = tuple(
        Document(
            str(place),
            (
                Phrase(entry.version.question, QUESTION, "问题"),
                Phrase(entry.version.answer, ANSWER, "回答", name=False),
                Phrase(entry.version.basis, BASIS, "依据", name=False),
                *(Phrase(name, SUBJECT, "关于") for name in entry.subjects),
            ),
        )
        for place, entry in enumerate(entries)
    )
    found = _index(documents, dictionary_version()).find(text, LISTED)
    return [entries[int(one.key)] for one in found]


@lru_cache(maxsize=8)
def _index(documents: tuple[Document, ...], version: tuple[object, ...]) -> Index:
    return Index.build(documents, stored_dictionary().speech)
