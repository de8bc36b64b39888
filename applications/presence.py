"""Who else has the same page open: a word in the cache that fades by itself. It locks nothing and proves nothing.

Two who answer at the same instant may overwrite each other's word; the next one, a few seconds later, puts it right.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.core.cache import cache
from django.utils import timezone

from departments.access import Actor

logger = logging.getLogger(__name__)
EVERY_SECONDS = 20  # how often an open page says that it is open
FADES = timedelta(seconds=3 * EVERY_SECONDS)


@dataclass(frozen=True)
class Onlooker:
    """Somebody else with the page open, and since when."""

    name: str
    since: datetime


def look(subject: str, actor: Actor) -> list[Onlooker]:
    """Note that the actor has `subject` open and say who else has. Nobody while the cache is away: it is only a word."""
    now, key = timezone.now(), f"presence:{subject}"
    try:
        there: dict[int, tuple[str, datetime, datetime]] = cache.get(key) or {}
        there = {pk: seen for pk, seen in there.items() if now - seen[2] < FADES}
        since = there[actor.user_id][1] if actor.user_id in there else now
        if actor.user_id is not None:
            there[actor.user_id] = (actor.name, since, now)
        cache.set(key, there, int(FADES.total_seconds()))
    except redis.RedisError:
        logger.warning("nobody knows who else looks at %s: the cache is away", subject)
        return []
    return [Onlooker(name, since) for pk, (name, since, _) in there.items() if pk != actor.user_id]
