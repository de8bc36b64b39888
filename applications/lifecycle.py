"""Every transition of the case and of the task: source, target, who. The whole state machine on one screen.

Bodies are empty: what else happens is written in `operations/`. django-fsm never checks a transition's permission by
itself, so `move` and `move_all` below do, and they alone write a state; guard tests hold both to it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django_fsm import FSMField, FSMModelMixin, can_proceed, has_transition_perm, transition

from applications import access
from applications.states import CaseState as C
from applications.states import TaskState as T
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed

WORK = [T.OPEN, T.CLAIMED, T.ADVISED]
UNDECIDED = [T.WAITING, T.OPEN, T.CLAIMED, T.ADVISED, T.SUSPENDED, T.RETURNED]


class CaseLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", max_length=16, choices=C.choices, default=C.SUBMITTED, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=C.SUBMITTED, target=C.RECEIVED, permission=access.takes_in)
    def receive(self) -> None: ...

    @transition(state, source=C.RECEIVED, target=C.CORRECTING, permission=access.takes_in_or_system)
    def correct(self) -> None: ...

    @transition(state, source=C.CORRECTING, target=C.RECEIVED, permission=access.ends_correction)
    def answer(self) -> None: ...

    @transition(state, source=C.RECEIVED, target=C.ACCEPTED, permission=access.takes_in)
    def accept(self) -> None: ...

    @transition(state, source=C.CORRECTING, target=C.ACCEPTED, permission=access.takes_in)
    def accept_ready(self) -> None: ...

    @transition(state, source=[C.SUBMITTED, C.RECEIVED], target=C.ACCEPTED, permission=access.is_system)
    def lapse(self) -> None: ...

    @transition(state, source=C.RECEIVED, target=C.DECLINED, permission=access.declines_case)
    def decline(self) -> None: ...

    @transition(
        state, source=[C.SUBMITTED, C.RECEIVED, C.CORRECTING], target=C.WITHDRAWN, permission=access.acts_for_applicant
    )
    def withdraw(self) -> None: ...

    @transition(state, source=C.ACCEPTED, target=C.CONCLUDED, permission=access.anyone_in_the_case)
    def conclude(self) -> None: ...

    @transition(state, source=C.CONCLUDED, target=C.DELIVERED, permission=access.hands_over)
    def deliver(self) -> None: ...

    @transition(state, source=C.DELIVERED, target=C.ARCHIVED, permission=access.is_system)
    def archive(self) -> None: ...


class TaskLifecycle(FSMModelMixin, models.Model):
    state = FSMField("状态", max_length=16, choices=T.choices, default=T.PENDING, protected=True)

    class Meta:
        abstract = True

    @transition(state, source=T.PENDING, target=T.OPEN, permission=access.takes_in_or_system)
    def open(self) -> None: ...

    @transition(state, source=T.PENDING, target=T.WAITING, permission=access.takes_in_or_system)
    def wait(self) -> None: ...

    @transition(state, source=T.WAITING, target=T.OPEN, permission=access.anyone_in_the_case)
    def start(self) -> None: ...

    @transition(state, source=T.OPEN, target=T.CLAIMED, permission=access.signs)
    def claim(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.OPEN, permission=access.holds_task)
    def release(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.CLAIMED, permission=access.holds_task)
    def hand_on(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.CLAIMED, permission=access.takes_over)
    def take_over(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.ADVISED, permission=access.holds_task)
    def advise(self) -> None: ...

    @transition(state, source=WORK, target=T.OPEN, permission=access.puts_forward)
    def propose(self) -> None: ...

    @transition(state, source=WORK, target=T.CLAIMED, permission=access.sends_back)
    def send_back(self) -> None: ...

    @transition(state, source=WORK, target=T.OPEN, permission=access.sends_back)
    def reopen(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.OPEN, permission=access.recuses)
    def recuse(self) -> None: ...

    @transition(state, source=WORK, target=T.GRANTED, permission=access.decides)
    def grant(self) -> None: ...

    @transition(state, source=WORK, target=T.GRANTED, permission=access.anyone_in_the_case)
    def grant_on_promise(self) -> None: ...

    @transition(state, source=WORK, target=T.REFUSED, permission=access.decides)
    def refuse(self) -> None: ...

    @transition(state, source=WORK, target=T.PASSED_UP, permission=access.decides)
    def pass_up(self) -> None: ...

    @transition(state, source=[T.CLAIMED, T.ADVISED], target=T.SUSPENDED, permission=access.holds_task)
    def suspend(self) -> None: ...

    @transition(state, source=T.SUSPENDED, target=T.CLAIMED, permission=access.reviews)
    def resume(self) -> None: ...

    @transition(state, source=WORK, target=T.SUSPENDED, permission=access.in_hearing)
    def hear(self) -> None: ...

    @transition(state, source=T.SUSPENDED, target=T.CLAIMED, permission=access.in_hearing)
    def heard(self) -> None: ...

    @transition(state, source=T.SUSPENDED, target=T.OPEN, permission=access.in_hearing)
    def heard_unheld(self) -> None: ...

    @transition(state, source=T.PENDING, target=T.DECLINED, permission=access.declines_item)
    def decline(self) -> None: ...

    @transition(state, source=[T.OPEN, T.CLAIMED], target=T.RETURNED, permission=access.reviews)
    def give_back(self) -> None: ...

    @transition(state, source=T.RETURNED, target=T.OPEN, permission=access.reroutes)
    def reroute(self) -> None: ...

    @transition(state, source=[*WORK, T.RETURNED], target=T.OPEN, permission=access.is_system)
    def move_over(self) -> None: ...

    @transition(state, source=[T.PENDING, *UNDECIDED], target=T.TERMINATED, permission=access.anyone_in_the_case)
    def terminate(self) -> None: ...

    @transition(state, source=T.TERMINATED, target=T.PENDING, permission=access.acts_for_applicant)
    def restore(self) -> None: ...

    @transition(state, source=[T.PENDING, *UNDECIDED], target=T.WITHDRAWN, permission=access.acts_for_applicant)
    def withdraw(self) -> None: ...

    @transition(state, source=[T.PENDING, *UNDECIDED], target=T.VOID, permission=access.supervises)
    def void(self) -> None: ...


def _run(subject: Any, name: str, actor: Actor) -> str:
    """Run one transition in memory and return the state it came from."""
    method, source = getattr(subject, name), subject.state
    if not can_proceed(method):
        raise Conflict(f"现在是“{subject.get_state_display()}”，不能这样办，请刷新后再看。")
    if not has_transition_perm(method, actor):
        raise NotAllowed("您没有办理这一步的权限。")
    method()
    return str(source)


def move(subject: Any, name: str, actor: Actor, **columns: Any) -> None:
    """Run the transition `name` and write it with the named columns in one UPDATE that demands the source state.

    Raises NotAllowed when the actor may not, Conflict when the state is another or somebody was faster.
    """
    source = _run(subject, name, actor)
    rows = type(subject).objects.filter(pk=subject.pk, state=source).update(state=subject.state, **columns)
    if rows != 1:
        raise Conflict("刚才有人先办了，请刷新后再看。")
    for column, value in columns.items():
        setattr(subject, column, value)


def move_all(subjects: Iterable[Any], name: str, actor: Actor, columns: tuple[str, ...] = ()) -> None:
    """Run the same transition on several objects of one model; `columns` are written as already set on each.

    The caller holds the lock on their case. One UPDATE a source state; all or nothing. Raises as `move` does.
    """
    by_source: dict[str, list[Any]] = {}
    for subject in subjects:
        by_source.setdefault(_run(subject, name, actor), []).append(subject)
    for source, group in by_source.items():
        rows = type(group[0]).objects.filter(state=source).bulk_update(group, ["state", *columns])
        if rows != len(group):
            raise Conflict("刚才有人先办了，请刷新后再看。")
