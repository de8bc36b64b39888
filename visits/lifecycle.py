"""Every transition of a booking and of a ticket: source, target, who. Bodies are empty; `move` alone writes a state."""

from typing import Any

from django.db import models
from django_fsm import FSMField, FSMModelMixin, can_proceed, has_transition_perm, transition

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed
from visits import access
from visits.states import AT_A_COUNTER
from visits.states import BookingState as B
from visits.states import TicketState as T


class BookingLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", max_length=12, choices=B.choices, default=B.BOOKED, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=B.BOOKED, target=B.ARRIVED, permission=access.holder)
    def arrive(self) -> None: ...

    @transition(state, source=B.BOOKED, target=B.CANCELLED, permission=access.holder)
    def cancel(self) -> None: ...

    @transition(state, source=B.BOOKED, target=B.NO_SHOW, permission=access.is_system)
    def miss(self) -> None: ...

    @transition(state, source=B.BOOKED, target=B.LAPSED, permission=access.is_system)
    def lapse(self) -> None: ...


class TicketLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", max_length=12, choices=T.choices, default=T.WAITING, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=T.WAITING, target=T.CALLED, permission=access.serves)
    def call(self) -> None: ...

    @transition(state, source=T.CALLED, target=T.SERVING, permission=access.serves)
    def start(self) -> None: ...

    @transition(state, source=AT_A_COUNTER, target=T.SERVED, permission=access.serves_or_system)
    def finish(self) -> None: ...

    @transition(state, source=T.CALLED, target=T.MISSED, permission=access.serves)
    def miss(self) -> None: ...

    @transition(state, source=T.MISSED, target=T.WAITING, permission=access.serves)
    def restore(self) -> None: ...

    @transition(state, source=[T.WAITING, T.CALLED], target=T.LEFT, permission=access.holder)
    def leave(self) -> None: ...


def move(subject: Any, name: str, actor: Actor, **columns: Any) -> None:
    """Run the transition `name` and write it with the named columns in one UPDATE that demands the source state.

    Raises NotAllowed when the actor may not, Conflict when the state is another or somebody was faster.
    """
    method, source = getattr(subject, name), subject.state
    if not can_proceed(method):
        raise Conflict(f"现在是“{subject.get_state_display()}”，不能这样办，请刷新后再看。")
    if not has_transition_perm(method, actor):
        raise NotAllowed("您没有办理这一步的权限。")
    method()
    rows = type(subject).objects.filter(pk=subject.pk, state=source).update(state=subject.state, **columns)
    if rows != 1:
        raise Conflict("刚才有人先办了，请刷新后再看。")
    for column, value in columns.items():
        setattr(subject, column, value)
