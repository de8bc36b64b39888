"""帮办: a named clerk helps with a citizen's online draft, free of charge, for as long as the citizen wants.

The citizen tells the draft's code (调取码); each act is written down with the helper's name and seen by the citizen. A
helper never promises, never discards, never withdraws: those are the citizen's own.
"""

from datetime import timedelta

from django.utils import timezone

from applications.models import Draft, HelpAct
from departments.access import Actor

TOGETHER = timedelta(minutes=10)  # saves of the same kind within this time are one line


def helps(draft: Draft, actor: Actor) -> bool:
    """Whether the actor types into somebody else's own draft."""
    return actor.clerk and draft.owner_id is not None and draft.owner_id != actor.user_id


def note_help(draft: Draft, actor: Actor, what: str) -> None:
    """Write down what a helper did with a locked draft; nothing for anybody else. One or two statements."""
    if actor.user_id is None or not helps(draft, actor):
        return
    now = timezone.now()
    recent = HelpAct.objects.filter(draft=draft, helper_id=actor.user_id, what=what, last_at__gte=now - TOGETHER)
    if not recent.update(last_at=now):
        HelpAct.objects.create(
            draft=draft, helper_id=actor.user_id, helper_name=actor.name, what=what, first_at=now, last_at=now
        )
