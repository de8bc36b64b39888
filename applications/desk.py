"""A department's desk as the database reads it: lists, lights and counts, page by page. Every list starts from the
reviewer's own departments.

The light of a task is defined in `clocks.light` and `showing.task_light`; the conditions here say the same in SQL, so
that filters and counts need no row in memory. A test holds both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from applications.clocks import near
from applications.models import Task
from applications.paging import Page, beyond, page_of
from applications.querysets import TaskQuerySet
from applications.states import FAVOURABLE, FINAL, ON_THE_DESK, CaseState, TaskState
from departments.access import Actor
from departments.models import IntakeMode, Post, Rank, Role
from departments.workdays import Calendar, most_working_days

# Counts stop here: "500+" is enough to know, and a desk of any size costs the same.
COUNT_CAP = 500
# A list decrypts nothing: what only the task's own page needs stays in the database.
SEALED = ("application__form", "application__query_code", "application__pickup_code")
PAGE_SIZE = 30
# Beyond this many working days of promise nothing new is decided.
LONGEST_PROMISE = 100

SCOPES = {
    "open": "我能办的",
    "mine": "我的",
    "free": "没人领的",
    "locked": "等别人的",
    "paused": "停表中",
    "all": "全部门",
    "left": "离岗同事手里",
    "intake": "等本部门受理的",
    "done": "已办",
    "any": "全部，含已办",
}
OFF_THE_DESK = ("intake", "done", "any")
LIGHTS = {
    "red": Q(state__in=(TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED), is_locked=False, is_late=True)
    | Q(state=TaskState.SUSPENDED, is_late=True),
    "yellow": Q(
        state__in=(TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED), is_late=False, due__lte=F("yellow_until")
    ),
    "green": Q(
        state__in=(TaskState.OPEN, TaskState.CLAIMED, TaskState.ADVISED), is_late=False, due__gt=F("yellow_until")
    ),
    "paused": Q(state=TaskState.SUSPENDED),
    "locked": Q(is_locked=True),
}


class _Names(Func):
    """Whether a JSON list of codes holds a code: `list @> to_jsonb(code)`."""

    arg_joiner = " @> "
    template = "(%(expressions)s)"
    output_field = BooleanField()


def _waits() -> Q:
    """What locks the decision (computed, never stored): a predecessor that applies and is not granted, a step that may
    still bring a paper the item asks for (`joining.blockers`), what the applicant has to do first."""
    code = Func(Cast("item_code", TextField()), function="to_jsonb")
    before = Task.objects.filter(application_id=OuterRef("application_id")).exclude(state__in=FAVOURABLE)
    coming = Q(_Names(OuterRef("results_from"), code)) & ~Q(state__in=FINAL)
    others = before.filter(Q(_Names(OuterRef("after"), code)) | Q(_Names(OuterRef("starts_after"), code)) | coming)
    return Q(event_days__gt=0, begun_on=None) | Q(Exists(others))


def _yellow_until(today: date, calendar: Calendar) -> Case:
    """Last due day that already counts as near (`clocks.near`), days off after it included."""
    longest = {near(promise, today, calendar): promise for promise in range(LONGEST_PROMISE + 1)}
    widest = {most_working_days(days): days for days in range(2 * LONGEST_PROMISE)}
    last = {left: Value(calendar.add(today, left + 1) - timedelta(days=1)) for left in longest}
    return Case(
        *[
            When(
                Q(calendar_days=False, own_days__lte=promise) | Q(calendar_days=True, own_days__lte=widest[promise]),
                then=last[left],
            )
            for left, promise in longest.items()
        ],
        default=last[max(last)],
        output_field=DateField(),
    )


@dataclass(frozen=True)
class Wish:
    """What a reviewer asks the list for; anything unknown falls back to the whole open desk."""

    scope: str = "open"
    light: str = ""
    item: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Wish":
        """From a query string. Never raises."""
        text = query.get("q", "").replace("\x00", "").strip()[:60]
        scope = query.get("who", "any" if text else "open")
        light = query.get("light", "")
        return cls(
            scope=scope if scope in SCOPES else "open",
            light=light if light in LIGHTS else "",
            item=query.get("item", "").replace("\x00", "")[:80],
            text=text,
        )

    @property
    def on_the_desk(self) -> bool:
        return self.scope not in OFF_THE_DESK

    def parameters(self, **changed: str) -> dict[str, str]:
        """As query parameters, without the empty ones."""
        values = {"who": self.scope, "light": self.light, "item": self.item, "q": self.text} | changed
        if values["who"] == "open":
            values["who"] = ""
        return {name: value for name, value in values.items() if value}


def own(actor: Actor) -> TaskQuerySet:
    """The tasks of the actor's departments. One department is asked for by `=`, which keeps the index's order."""
    tasks: TaskQuerySet = Task.objects.of_departments(actor)
    if len(actor.departments) == 1:
        tasks = Task.objects.filter(department_id=next(iter(actor.departments))).in_towns(actor)
    return tasks


def lit(tasks: TaskQuerySet, today: date, calendar: Calendar) -> TaskQuerySet:
    """Tasks on the desk with what `LIGHTS` asks for: `is_locked`, `is_late`, `yellow_until`."""
    return tasks.alias(
        is_locked=_flag(_waits()), is_late=_flag(_late(today)), yellow_until=_yellow_until(today, calendar)
    )


def _late(today: date) -> Q:
    """Beyond its day: of a special procedure the last day that its notice expected."""
    paused = Q(state=TaskState.SUSPENDED)
    return (~paused & Q(due__lt=today)) | (paused & Q(paused_until__lt=today))


def _flag(condition: Q) -> Case:
    """Yes or no, asked of each row in the order of the index: a bare EXISTS would become a join over the whole desk."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def signable(actor: Actor) -> Q:
    """Tasks whose step the actor could sign (`signing.cannot_sign`, as SQL)."""
    may = Q()
    for department in actor.departments:
        rank = actor.rank_in(department)
        steps = Q()
        if rank < Rank.CHECK:
            steps = Q(step=1)
        elif rank < Rank.APPROVE:
            steps = Q(step__lt=F("review_steps")) | Q(step=1)
        may |= Q(department_id=department) & steps
    signed = Q(step__gt=1, signed__contains=[{"user": actor.user_id}])
    return may & ~signed & ~Q(recused__contains=actor.user_id)


def _of_scope(scope: str, actor: Actor) -> Q:
    mine, free = Q(assignee_id=actor.user_id), Q(assignee=None) & signable(actor)
    in_post = Post.objects.filter(
        role=Role.REVIEWER,
        active=True,
        user=OuterRef("assignee"),
        department=OuterRef("department"),
        user__is_active=True,
    )
    scopes: dict[str, Q] = {
        "open": mine | free,
        "mine": mine,
        "free": free,
        "locked": Q(is_locked=True),
        "paused": Q(state=TaskState.SUSPENDED),
        "left": Q(assignee__isnull=False) & Q(~Exists(in_post)),
    }
    return scopes.get(scope, Q(state__in=ON_THE_DESK))


def desk(actor: Actor, wish: Wish, today: date, calendar: Calendar) -> TaskQuerySet:
    """The tasks of one list, unordered and without a page, with `is_locked`, `is_late` and `yellow_until`."""
    tasks = own(actor)
    if wish.on_the_desk:
        tasks = lit(tasks.on_the_desk().order_by(), today, calendar).filter(_of_scope(wish.scope, actor))
    elif wish.scope == "intake":
        tasks = tasks.filter(state=TaskState.PENDING, intake_word="", application__state=CaseState.RECEIVED).exclude(
            department__intake_mode=IntakeMode.ENTRUSTED
        )
    elif wish.scope == "done":
        tasks = tasks.exclude(decided_at=None)
    return tasks.filter(_narrowed(wish))


def _narrowed(wish: Wish) -> Q:
    item = Q(item_code=wish.item) if wish.item else Q()
    if not wish.text:
        return item
    return item & (
        Q(application__title__icontains=wish.text)
        | Q(application__applicant__name__icontains=wish.text)
        | Q(application__number__icontains=wish.text)
    )


def with_light(tasks: TaskQuerySet, wish: Wish, today: date) -> TaskQuerySet:
    """Only the tasks whose light was asked for. Red says the day once more, so that the index ends there."""
    if not wish.light or not wish.on_the_desk:
        return tasks
    return tasks.filter(
        LIGHTS[wish.light] & (Q(due__lt=today) | Q(paused_until__lt=today) if wish.light == "red" else Q())
    )


# The tabs that say how many stand in them.
COUNTED = ("mine", "free", "locked", "paused", "left")


@dataclass(frozen=True)
class Counts:
    """How many tasks of the open list stand under each light (`all`, `today`, `red`, …), and under each tab.

    Counted are the most urgent COUNT_CAP of the desk; where it holds `more`, every number but that of `mine` is at least.
    """

    lights: Mapping[str, int]
    tabs: Mapping[str, int]
    more: bool


def counts(actor: Actor, wish: Wish, today: date, calendar: Calendar) -> Counts:
    """One query; two where the list is narrowed, one's own, or larger than is counted."""
    scope = wish.scope if wish.on_the_desk else "open"
    desk_ = lit(own(actor).on_the_desk().order_by(), today, calendar)
    everything = {"everything": Count("pk")} | {name: Count("pk", filter=Q(**{f"in_{name}": True})) for name in COUNTED}
    here = Q(**{f"in_{scope}": True})
    lit_here = {f"light_{name}": Count("pk", filter=here & condition) for name, condition in LIGHTS.items()}
    lit_here |= {"light_all": Count("pk", filter=here), "light_today": Count("pk", filter=here & Q(due=today))}
    own_list = Q(assignee_id=actor.user_id) if scope == "mine" else Q()
    narrow = own_list & _narrowed(wish)
    flags: dict[str, Any] = {f"in_{name}": _flag(_of_scope(name, actor)) for name in {*COUNTED, scope}}
    flags |= {name: F(name) for name in ("is_locked", "is_late", "yellow_until")}
    urgent = desk_.annotate(**flags).order_by("due", "id")
    found = urgent[: COUNT_CAP + 1].aggregate(**everything, **(lit_here if not narrow else {}))
    if narrow:
        found |= urgent.filter(narrow)[: COUNT_CAP + 1].aggregate(**lit_here)
    more = found["everything"] > COUNT_CAP
    if more and scope != "mine":
        found["mine"] = desk_.filter(assignee_id=actor.user_id)[: COUNT_CAP + 1].count()
    lights = {name.removeprefix("light_"): n for name, n in found.items() if name.startswith("light_")}
    return Counts(lights, {name: found[name] for name in COUNTED}, more)


# How each list is ordered: (column, newest first).
ORDER = {"done": ("decided_at", True), "any": ("id", True), "intake": ("application__accept_by", False)}


def page(tasks: TaskQuerySet, wish: Wish, query: Mapping[str, str], size: int = PAGE_SIZE) -> Page[Task]:
    """The page of the list that the query string asks for. One query, however deep."""
    column, newest_first = ORDER.get(wish.scope, ("due", False))
    return page_of(tasks, column, query, size, newest_first=newest_first)


def neighbours(tasks: TaskQuerySet, task: Task) -> tuple[int | None, int | None]:
    """The tasks before and after this one in the order of the desk, as ids. Two index look-ups."""
    if task.due is None:
        return None, None
    here = (task.due, task.pk)
    before = tasks.filter(beyond("due", here, False)).order_by("-due", "-id").values_list("pk", flat=True).first()
    after = tasks.filter(beyond("due", here, True)).order_by("due", "id").values_list("pk", flat=True).first()
    return before, after


def items_on(tasks: TaskQuerySet) -> list[tuple[str, str]]:
    """Code and name of the items on the desk, for the filter."""
    recent = tasks.order_by("due", "id").values_list("item_code", "item_name")[: COUNT_CAP + 1]
    return sorted(dict(recent).items(), key=lambda pair: pair[1])
