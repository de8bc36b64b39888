"""How a scheme is shown to a citizen: figures before and now, stages side by side, materials in three groups. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from matters.item_guide import ItemGuide, item_guides
from matters.plan import ItemSpec, Plan, PlannedMaterial, PlannedStep, Scheme, fullest, missing_answers, scheme
from matters.reductions import in_calendar_days

HOW = {"original": "原件", "copy": "复印件", "verify": "原件核验，收复印件", "electronic": "电子件"}
KINDS = {
    "permit": "许可",
    "filing": "备案",
    "registration": "登记",
    "confirmation": "确认",
    "benefit": "给付",
    "service": "服务",
}
NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Line:
    """One step as it is drawn. `width`: its bar in percent of the slowest way to the end, at least a visible bit.

    `waits`: the names of the results that its decision (`starts_later`: even its review) waits for. `frees`: how many
    later steps wait for its own result, called `result`. `slowest`: it is on the chain that sets the last day.
    """

    step: PlannedStep
    width: int
    waits: tuple[str, ...]
    starts_later: bool
    result: str
    frees: int
    slowest: bool = False


@dataclass(frozen=True)
class Stage:
    """Steps of one rank, longest first. `shared`: what all of them wait for alike, said only once."""

    lines: tuple[Line, ...]
    shared: tuple[str, ...]
    starts_later: bool


@dataclass(frozen=True)
class Paper:
    """One material as the guide lists it. `source`: where it comes from; `items`: those that ask for it, whose legal
    basis says why; `why_not`: why the applicant need not hand it in, empty when they must.
    """

    no: int
    material: PlannedMaterial
    how: str
    departments: tuple[str, ...]
    source: str
    items: tuple[ItemSpec, ...]
    why_not: str = ""


@dataclass(frozen=True)
class Guide:
    """Everything the guide page shows. `chosen` are the reader's answers; where one is missing the fullest is shown.

    `stale`: the texts of questions that were answered with a choice which this revision does not have.
    """

    plan: Plan
    scheme: Scheme
    chosen: Mapping[str, str]
    stale: tuple[str, ...]
    open_questions: tuple[str, ...]
    stages: tuple[Stage, ...]
    core: tuple[Paper, ...]
    later: tuple[Paper, ...]
    exempt: tuple[Paper, ...]
    field_count: int
    calendar_days: int

    @property
    def short(self) -> Mapping[str, str]:
        """Department code → short name."""
        return {code: brief.short_name for code, brief in self.plan.departments.items()}

    @property
    def results(self) -> tuple[PlannedStep, ...]:
        """The steps that give the citizen something in hand."""
        return tuple(step for step in self.scheme.steps if step.item.result.kind != "none")

    @cached_property
    def apart(self) -> tuple[tuple[str, int], ...]:
        """Short name of each department and how many papers its own lists ask for, in the order of the steps."""
        asked = Counter(self.plan.items[code].department for m in self.scheme.materials for code in m.used_by)
        return tuple((self.short[code], asked[code]) for code in self.scheme.departments)

    @property
    def fewer_papers(self) -> int:
        """Reduction of papers in percent; 0 when there is none."""
        return saved(self.scheme.asked, self.scheme.merged)

    @property
    def fewer_days(self) -> int:
        """Reduction of days in percent, both in calendar days; 0 when there is none."""
        return saved(self.plan.before_days, self.calendar_days)

    @property
    def fewer_visits(self) -> int:
        """Reduction of trips in percent; 0 when there is none."""
        return saved(self.plan.before_visits, self.scheme.visits)

    @property
    def forms(self) -> tuple[Paper, ...]:
        """The papers of these answers that have an empty form and a filled sample."""
        return tuple(paper for paper in (*self.core, *self.later) if paper.material.spec.blank_form)

    @property
    def free(self) -> int:
        """How many of the steps cost nothing."""
        return len(self.scheme.steps) - len(self.scheme.fees)

    @property
    def city_departments(self) -> tuple[str, ...]:
        """Names of the departments of these steps that belong to the city."""
        known = self.plan.departments
        return tuple(known[code].short_name for code in self.scheme.departments if known[code].level == "city")

    @property
    def answers_in_words(self) -> tuple[str, ...]:
        """What was chosen, a label each, in the order of the questions."""
        return tuple(q.label_of(self.chosen[q.code]) for q in self.plan.questions if q.code in self.chosen)

    @property
    def bases(self) -> tuple[str, ...]:
        """What the applying items stand on, each law once, in the order of the steps."""
        return tuple(dict.fromkeys(basis for step in self.scheme.steps for basis in step.item.legal_basis))

    @cached_property
    def by_item(self) -> tuple[ItemGuide, ...]:
        """What is said of each applying item."""
        return item_guides(self.scheme)

    @property
    def opening(self) -> str:
        """In a sentence: how many reviews start with acceptance, and what they still wait for."""
        steps = self.scheme.steps
        if len(steps) < 2:
            return ""
        later = sum(bool(step.starts_after) for step in steps)
        at_once = f"受理当天，{len(steps) - later}\u00a0项同时开始审"
        if later:
            return f"{at_once}，另\u00a0{later}\u00a0项等前面的结果出来再审"
        waited = dict.fromkeys(code for step in steps for code in step.after)
        if not waited:
            return f"{at_once}，谁也不等谁"
        if len(waited) == 1:
            return f"{at_once}；只有发证要等{result_name(self.scheme.by_item[next(iter(waited))])}"
        return f"{at_once}；有的发证要等前面的结果"


def guide(plan: Plan, answers: Mapping[str, str]) -> Guide:
    """The guide for these answers; unknown ones are left out, and `stale` tells of those that once were known."""
    missing = missing_answers(plan, answers)
    chosen = {q: a for q, a in answers.items() if q not in missing and any(q == known.code for known in plan.questions)}
    shown = scheme(plan, {**fullest(plan), **chosen} if missing else chosen)
    papers = [_paper(shown, no, material) for no, material in enumerate(_in_order(shown), 1)]
    return Guide(
        plan=plan,
        scheme=shown,
        chosen=chosen,
        stale=tuple(q.text for q in plan.questions if q.code in missing and answers.get(q.code)),
        open_questions=missing,
        stages=tuple(_stage(shown, rank) for rank in shown.stages()),
        core=tuple(p for p in papers if p.material.counted and p.material.need == "core"),
        later=tuple(p for p in papers if p.material.counted and p.material.need != "core"),
        exempt=tuple(p for p in papers if not p.material.counted),
        field_count=len(shown.fields),
        calendar_days=calendar_days(plan.promised_days),
    )


def calendar_days(working: int) -> int:
    """About how many calendar days so many working days are in an ordinary run of five-day weeks."""
    return in_calendar_days(working)


def saved(before: int, now: int) -> int:
    """(before − now) ÷ before in whole percent, half up; 0 when nothing was saved or nothing stood before."""
    return (200 * (before - now) + before) // (2 * before) if before > now else 0


def numeral(number: int) -> str:
    """三 for 3; digits beyond ten."""
    return NUMERALS[number] if number <= 10 else str(number)


def _in_order(shown: Scheme) -> list[PlannedMaterial]:
    """Core first, then what may follow, then what need not be handed in, so that numbers run through the page."""
    return sorted(shown.materials, key=lambda m: (not m.counted, m.need != "core"))


def _paper(shown: Scheme, no: int, material: PlannedMaterial) -> Paper:
    plan, spec = shown.plan, material.spec
    items = tuple(plan.items[code] for code in material.used_by)
    owners = dict.fromkeys(item.department for item in items)
    if material.supplied_by_step:
        how = "本次办出，不用交"
        given = result_name(shown.by_item[material.supplied_by_step])
        why_not = f"这次先办出“{given}”，部门之间直接用，不用您再交"
    elif material.counted:
        how, why_not = f"{HOW[material.submit]}，{material.copies}\u00a0份", ""
    else:
        how = {"verify": "带来核验", "original": "换证时交回"}.get(material.submit, "不用交，由部门查")
        why_not = _exemption(plan, material)
    names = tuple(plan.departments[code].short_name for code in owners)
    return Paper(no, material, how, names, _source(plan, spec.issuer, spec.provided_by), items, why_not)


def _source(plan: Plan, issuer: str | None, provided_by: str) -> str:
    """Where a paper comes from, in a few words."""
    if provided_by == "government":
        return f"{plan.departments[issuer].short_name}发的" if issuer else "政府部门发的"
    return "第三方机构出具" if provided_by == "third-party" else "自己准备"


def _exemption(plan: Plan, material: PlannedMaterial) -> str:
    issuer = material.spec.issuer
    who = f"由{plan.departments[issuer].short_name}核发" if issuer else "有关机构已经报送"
    if material.submit == "verify":
        return f"{who}，部门自己能查到，不收复印件；带原件给窗口看一眼"
    if material.submit == "original":
        return f"{who}，换发新证时把旧的交回"
    return f"{who}，部门之间共享，我们自己查"


def result_name(step: PlannedStep) -> str:
    """What the citizen gets from a step; where it gives nothing in hand, the item's own name."""
    return step.item.result.name or step.item.name


def _stage(shown: Scheme, rank: tuple[PlannedStep, ...]) -> Stage:
    longest = max(shown.parallel_days, 1)
    lines = tuple(
        Line(
            step=step,
            width=max(3, round(step.working_days * 100 / longest)),
            waits=tuple(result_name(shown.by_item[code]) for code in step.waits_for),
            starts_later=bool(step.starts_after),
            result=result_name(step),
            frees=sum(step.item.code in other.waits_for for other in shown.steps),
            slowest=len(shown.steps) > 1 and step.working_days > 0 and step.item.code in shown.critical,
        )
        for step in sorted(rank, key=lambda step: -step.working_days)
    )
    alike = len({(line.waits, line.starts_later) for line in lines}) == 1
    return Stage(lines, lines[0].waits if alike else (), alike and lines[0].starts_later)
