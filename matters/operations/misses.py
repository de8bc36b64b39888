"""What people searched for in vain: kept and counted, so that an administrator can answer it."""

import re
import unicodedata

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from departments.access import Actor
from foundation import throttle
from foundation.errors import Refused
from foundation.throttle import Bound
from matters.access import require_editor
from matters.models import Matter, Saying, SearchMiss
from matters.operations.sayings import WORD_LIMIT, lock_dictionary
from matters.words import SayingKind

# More is no help to anybody who reads the list; beyond it what was asked least and longest ago goes.
ROWS_KEPT = 5000
TEXT_LIMIT = 60
# One address may fill the list only slowly: so many at once, then one a minute, an hour at most.
BY_ADDRESS = Bound(free=30, first=60, longest=3600)
# Six digits or more, however they are grouped: telephone, identity, card and case numbers.
_DIGITS = re.compile(r"\d(?:[\s\-.·]*\d){5,}[\s\-]*[xX]?")


def presentable(text: str) -> str:
    """What is kept of a search: one line, plain letters, long numbers masked, at most 60 characters."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    plain = "".join(character for character in plain if character.isprintable())
    return _DIGITS.sub("******", plain)[:TEXT_LIMIT].strip()


def record_miss(*, text: str, source: str) -> bool:
    """Counts a search that found nothing; True when it was kept. `source` is the network address, for the throttle
    alone: who searched is not kept. Anybody may cause it, so it raises nothing.
    """
    kept = presentable(text)
    if not kept or throttle.charge({f"search-miss:{source}": BY_ADDRESS}):
        return False
    now = timezone.now()
    with transaction.atomic():
        row, new = SearchMiss.objects.get_or_create(text=kept, defaults={"first_at": now, "last_at": now})
        if not new:
            SearchMiss.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)
        elif (beyond := SearchMiss.objects.count() - ROWS_KEPT) > 0:
            least = SearchMiss.objects.filter(candidate=None).exclude(pk=row.pk)
            least = least.order_by("-settled", "times", "last_at")[:beyond]
            SearchMiss.objects.filter(pk__in=list(least.values_list("pk", flat=True))).delete()
    return True


def settle_miss(*, text: str, actor: Actor) -> None:
    """The administrator has seen it and needs no more. Raises NotAllowed, and Refused when it is not in the list."""
    require_editor(actor)
    if not SearchMiss.objects.filter(pk=text).update(settled=True):
        raise Refused("这句话已经不在清单里了。")


def answer_miss(*, text: str, words: str, matter: str, actor: Actor) -> None:
    """Adds `words` to the situations of a matter, in force at once, and settles the miss `text`.

    Raises NotAllowed, and Refused for an unknown matter or words that are empty or too long.
    """
    require_editor(actor)
    said = " ".join(words.split())
    if not said or len(said) > WORD_LIMIT:
        raise Refused(f"说法要有，最多 {WORD_LIMIT} 字；太长的只留下要紧的几个字。", field="words")
    with transaction.atomic():
        lock_dictionary()
        if not Matter.objects.filter(pk=matter).exists():
            raise Refused("请选一件事。", field="matter")
        row, _ = Saying.objects.get_or_create(matter_id=matter, kind=SayingKind.SITUATION)
        if said not in row.words:
            row.words = [*row.words, said]
            row.save()
        settle_miss(text=text, actor=actor)
