"""What is known of the laws that items stand on."""

from datetime import date

from departments.access import Actor
from foundation.errors import Refused
from matters.access import require_editor
from matters.laws import library
from matters.models import Law
from matters.stored import stored_catalogue

NOTE_LIMIT = 300


def record_law(*, title: str, in_force_from: date | None, repealed_on: date | None, note: str, actor: Actor) -> Law:
    """Keeps the dates of a law that the catalogue cites, or that is recorded already.

    From its day of repeal on (`repealed_on` itself included) no matter that cites the law can be published. Raises
    NotAllowed, and Refused for an unknown title, dates in the wrong order or a note that is too long.
    """
    require_editor(actor)
    rows = stored_catalogue().rows
    cited = {law.title for law in library(rows["item"].values(), ())}
    if title not in cited and not Law.objects.filter(pk=title).exists():
        raise Refused("目录里没有哪个事项引用这部法律。")
    if in_force_from and repealed_on and repealed_on < in_force_from:
        raise Refused("废止日期不能早于施行日期。", field="repealed_on")
    if len(note) > NOTE_LIMIT:
        raise Refused(f"说明最多 {NOTE_LIMIT} 字。", field="note")
    values = {"in_force_from": in_force_from, "repealed_on": repealed_on, "note": note.strip()}
    return Law.objects.update_or_create(title=title, defaults=values)[0]
