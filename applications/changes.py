"""自上次看过以来的变化: what is new about a task since this reviewer's last visit. Reads only what the item may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from applications.dossier import Dossier
from applications.models import Correction, Event, FieldFix
from departments.access import Actor

# How the other items and the days of the case go on; of the own item every line counts. Papers and fields are read from
# their own rows, because those of other items are not this reviewer's business.
PROGRESS = (
    "chosen",
    "decided",
    "extended",
    "hearing_asked",
    "hearing_ended",
    "recounted",
    "replanned",
    "rerouted",
    "resumed",
    "returned",
    "revoked",
    "started",
    "suspended",
    "terminated",
    "withdrawn",
)
SHOWN = 12


@dataclass(frozen=True)
class Change:
    """One thing that is new. `paper`: code of the paper to open, where it is about one."""

    at: datetime
    text: str
    paper: str = ""


def changes_since(dossier: Dossier, actor: Actor, since: datetime | None) -> tuple[Change, ...]:
    """The newest first, at most twelve; none at the first visit. One's own acts are no news. Three queries."""
    if since is None:
        return ()
    found = [*_files(dossier, since), *_fields(dossier, since), *_events(dossier, actor, since)]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN])


def _files(dossier: Dossier, since: datetime) -> Iterator[Change]:
    for paper in dossier.papers:
        fresh = [stored.added_at for stored in paper.files if stored.added_at > since]
        if fresh:
            yield Change(max(fresh), f"{paper.name}：新来了 {len(fresh)}\u00a0个文件", paper.code)
        if paper.checked_at is not None and paper.checked_at > since:
            yield Change(paper.checked_at, f"{paper.name}：{paper.note}", paper.code)


def _fields(dossier: Dossier, since: datetime) -> Iterator[Change]:
    labels = {entry.code: entry.label for section in dossier.sections for entry in section.entries}
    fixes = FieldFix.objects.filter(application=dossier.case, at__gt=since, field__in=labels)
    for field, at in fixes.values_list("field", "at"):
        yield Change(at, f"{labels[field]}：窗口当场更正了")
    for answered in Correction.objects.filter(application=dossier.case, answered_at__gt=since):
        changed = [labels[code] for code in answered.corrected if code in labels]
        if changed and answered.answered_at is not None:
            yield Change(answered.answered_at, f"补正改了：{'、'.join(changed)}")


def _events(dossier: Dossier, actor: Actor, since: datetime) -> Iterator[Change]:
    seen = Q(kind__in=PROGRESS) | Q(task=dossier.task)
    rows = Event.objects.filter(seen, application=dossier.case, at__gt=since).exclude(actor_id=actor.user_id)
    for row in rows.order_by("-id")[:SHOWN]:
        yield Change(row.at, row.text)
