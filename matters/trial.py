"""Pure: what the what-if page shows: three ways of doing one matter side by side, and the controls to change the third."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matters.gantt import Bar, Drawn, binding, in_order, one_after_another, side_by_side
from matters.plan import Plan, Scheme, fullest, scheme
from matters.reductions import Reduction, reductions
from matters.specs import ItemSpec, MaterialSpec, StepSpec
from matters.whatif import LOCKS, Change, Trial, consequences, in_words, lock_of, longest, newly_committed, obstacles
from matters.whatif_links import link_query, written


@dataclass(frozen=True)
class Drawing:
    """One step in one of the three ways: the bar and where its parts stand."""

    bar: Bar
    drawn: Drawn


@dataclass(frozen=True)
class Lane:
    """One step: its controls and its bar in each way. `then` is None when the changed plan does not have it."""

    item: ItemSpec
    department: str
    series: Drawing
    today: Drawing
    then: Drawing | None
    dropped: bool
    days: int
    waits: tuple[tuple[str, str, str], ...]
    others: tuple[tuple[str, str], ...]
    unseen: bool
    committed: bool
    touched: bool


@dataclass(frozen=True)
class Figure:
    """One figure of the three ways, in words; `change` says what the changed plan has more or less than today's."""

    name: str
    series: str
    today: str
    then: str
    change: str


@dataclass(frozen=True)
class Paper:
    """A material with its controls."""

    spec: MaterialSpec
    users: str
    exempt: bool
    deferrable: bool
    was_deferrable: bool


@dataclass(frozen=True)
class Comparison:
    """Everything the page shows for one set of answers. `rates`: (before and now, before and then) of each reduction.

    `least_promise`: working days below which the changed matter cannot be promised, whatever is answered.
    """

    plan: Plan
    changed: Plan
    answers: Mapping[str, str]
    figures: tuple[Figure, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[str, int], ...]
    papers: tuple[Paper, ...]
    bindings: tuple[str, str, str]
    rates: tuple[tuple[Reduction, Reduction], ...]
    fullest_rates: tuple[tuple[Reduction, Reduction], ...]
    changes: tuple[tuple[str, str, str], ...]
    refused: tuple[str, ...]
    consequences: tuple[str, ...]
    obstacles: tuple[str, ...]
    is_fullest: bool
    least_promise: int
    query: str

    @property
    def locks(self) -> tuple[tuple[str, str], ...]:
        """The kinds of waiting, as (code, words), for the controls."""
        return tuple(LOCKS.items())


def compare(plan: Plan, trial: Trial, given: Mapping[str, str]) -> Comparison:
    """The three ways under the answers given; where one is missing, that of the fullest case."""
    most = fullest(plan)
    answers = {**most, **scheme(plan, given).answers}
    changed, committed = trial.plan, newly_committed(plan, trial.plan)
    today, then = scheme(plan, answers), scheme(changed, answers, committed)
    days = max(today.series_days, today.parallel_days, then.parallel_days, 1)
    told = {q: a for q, a in answers.items() if given.get(q)}
    return Comparison(
        plan=plan,
        changed=changed,
        answers=answers,
        figures=_figures(today, then),
        lanes=_lanes(today, then, days),
        ticks=_ticks(days),
        papers=_papers(plan, changed),
        bindings=(_series_words(today), binding(today), binding(then)),
        rates=rates(plan, changed, answers),
        fullest_rates=rates(plan, changed, most),
        changes=_listed(plan, trial.changes, told),
        refused=tuple(f"{in_words(plan, change)}。{why}" for change, why in trial.refused),
        consequences=consequences(plan, changed),
        obstacles=obstacles(changed, committed),
        is_fullest=answers == most,
        least_promise=longest(changed),
        query=link_query(told, trial.changes),
    )


def rates(plan: Plan, changed: Plan, answers: Mapping[str, str]) -> tuple[tuple[Reduction, Reduction], ...]:
    """Each reduction as it is now and as it would be, both against the way before the reform."""
    today, then = scheme(plan, answers), scheme(changed, answers, newly_committed(plan, changed))
    return tuple(zip(reductions(today, today), reductions(today, then), strict=True))


def _listed(plan: Plan, changes: Sequence[Change], answers: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """(in words, as in a link, the link without it) of each change."""
    return tuple(
        (in_words(plan, change), written(change), link_query(answers, [c for c in changes if c is not change]))
        for change in changes
    )


def _series_words(today: Scheme) -> str:
    return f"一项办完再办下一项，{len(today.steps)} 项的天数全部相加；每一项都在路上，哪一项慢都拖住整件事。"


def _figures(today: Scheme, then: Scheme) -> tuple[Figure, ...]:
    plan = today.plan

    def row(name: str, unit: str, series: str, now: int, later: int) -> Figure:
        change = "" if now == later else f"少 {now - later}" if later < now else f"多 {later - now}"
        return Figure(name, series, f"{now} {unit}", f"{later} {unit}", change)

    series = f"{today.series_days} 个工作日"
    before_days, before_visits = f"改革前 {plan.before_days} 个自然日", f"{plan.before_visits} 次"
    return (
        row("办完要", "个工作日", series, today.parallel_days, then.parallel_days),
        row("对外承诺", "个工作日", before_days, plan.promised_days, then.plan.promised_days),
        row("材料", "份", f"{today.asked} 份", today.merged, then.merged),
        row("部门", "个", f"{len(today.departments)} 个", len(today.departments), len(then.departments)),
        row("环节", "个", f"{len(today.steps)} 个", len(today.steps), len(then.steps)),
        row("跑动", "次", before_visits, today.visits, then.visits),
    )


def _lanes(today: Scheme, then: Scheme, days: int) -> tuple[Lane, ...]:
    plan, changed = today.plan, then.plan
    series, now, later = one_after_another(today), side_by_side(today), side_by_side(then)
    left = {step.item: step for step in changed.steps}
    was = {step.item: step for step in plan.steps}

    def drawing(bar: Bar) -> Drawing:
        return Drawing(bar, bar.drawn(days))

    lanes = []
    for step in in_order(today):
        code = step.item.code
        spec = left.get(code)
        item = changed.items.get(code, step.item)
        waited = [other for other in was if spec and other != code and _shows(was[code], spec, other)]
        lanes.append(
            Lane(
                item=step.item,
                department=plan.departments[step.item.department].short_name,
                series=drawing(series[code]),
                today=drawing(now[code]),
                then=drawing(later[code]) if code in later else None,
                dropped=spec is None,
                days=item.promised_days,
                waits=tuple(
                    (other, plan.items[other].name, lock_of(spec, other))
                    for other in waited
                    if spec is not None and other in left
                ),
                others=tuple(
                    (other, plan.items[other].name) for other in left if other != code and other not in waited
                ),
                unseen=step.item.inspection and not item.inspection,
                committed=item.commitment and not step.item.commitment,
                touched=spec != was[code] or item != step.item,
            )
        )
    return tuple(lanes)


def _shows(was: StepSpec, spec: StepSpec, other: str) -> bool:
    """A wait that stands in the published plan keeps its control after it was taken away, to be put back."""
    return any(other in (*one.after, *one.starts_after) for one in (was, spec))


def _papers(plan: Plan, changed: Plan) -> tuple[Paper, ...]:
    papers = []
    for code, material in changed.materials.items():
        users = [item for item in changed.items.values() if any(ask.material == code for ask in item.asks)]
        asks = [ask for item in plan.items.values() for ask in item.asks if ask.material == code]
        papers.append(
            Paper(
                spec=material,
                users="、".join(item.name for item in users),
                exempt=material.exempt and not plan.materials[code].exempt,
                deferrable=all(ask.need == "deferrable" for i in users for ask in i.asks if ask.material == code),
                was_deferrable=all(ask.need == "deferrable" for ask in asks),
            )
        )
    return tuple(papers)


def _ticks(days: int) -> tuple[tuple[str, int], ...]:
    """(place in percent, day) of the marks on the axis: at most six, on whole steps."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 500, 1000, 5000) if days <= size * 5)
    return tuple((f"{day * 100 / days:.2f}%", day) for day in range(0, days + 1, step))
