"""Who may do what with a booking and a ticket. Whoever holds the random address or the code of one is its holder."""

from typing import Any

from departments.access import Actor


def is_system(subject: Any, actor: Actor) -> bool:
    return actor.system


def holder(subject: Any, actor: Actor) -> bool:
    """Whoever found it by its token or code; nobody finds one otherwise."""
    return True


def serves(subject: Any, actor: Actor) -> bool:
    """A clerk of the ticket's hall."""
    return actor.clerk and actor.hall == subject.hall_id


def serves_or_system(subject: Any, actor: Actor) -> bool:
    return serves(subject, actor) or actor.system
