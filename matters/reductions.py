"""Pure: the four reductions 减材料、减时限、减环节、减跑动 of a plan against the way it was, or against another plan.

Every rate is (before − after) ÷ before, with both sides in one unit. *Before* is always the way before the reform as the
compared revision tells it (`today`), under the same answers: each department's own list of papers, items one after
another, the trips and days that were announced. So dropping a step does not make the past look better.

Source: the definitions of the county's metrics, after the yearly assessments of the provinces; in own words below.
"""

from dataclasses import dataclass
from fractions import Fraction

from matters.plan import Scheme

# An ordinary week: five working days in seven. Holidays are left out, as in the announcement.
WORKING, CALENDAR = 5, 7


@dataclass(frozen=True, slots=True)
class Reduction:
    """One rate. `key` is stable; `before` and `after` are in `unit`; `formula` and `note` are for the reader."""

    key: str
    name: str
    unit: str
    before: int
    after: int
    formula: str
    note: str

    @property
    def percent(self) -> int | None:
        """Reduction in whole percent, half up; negative when it grew, None when there was nothing before."""
        if self.before == 0:
            return None
        rate = Fraction(100 * (self.before - self.after), self.before)
        return int((rate + Fraction(1, 2)) // 1)

    @property
    def text(self) -> str:
        """“减 65%”, “增 10%”, “不变”, or that it cannot be said."""
        rate = self.percent
        if rate is None:
            return "原来是 0，不计算"
        if self.before == self.after:
            return "不变"
        return f"减 {rate}%" if self.after < self.before else f"增 {-rate}%"


def reductions(today: Scheme, then: Scheme) -> tuple[Reduction, ...]:
    """The four reductions of `then` against the way before the reform as `today`'s plan tells it.

    `today` and `then` may be one scheme: that is what the reform has reached so far. Both stand under one set of answers.

    - 减材料: every department's own list, counted apart, against what the one merged list makes the applicant hand in.
    - 减时限, twice, against the matter's promise: the statutory limits of the items one after another (working days; an
      item that runs by calendar days is converted), and the days announced from before the reform (calendar days, so
      the promise is converted).
    - 减环节: acts of the applicant (see `acts_apart`, `acts_together`).
    - 减跑动: trips announced from before the reform against trips to the one window. An inspection at the applicant's
      own place is an act and no trip.
    """
    plan = today.plan
    promise = then.plan.promised_days
    return (
        Reduction(
            "materials",
            "减材料",
            "份",
            today.asked,
            then.merged,
            "（各部门清单分别计数之和 − 合并后要交的份数）÷ 各部门清单之和",
            "免交的、由本次办出的不计入合并后的份数。",
        ),
        Reduction(
            "statutory-days",
            "减时限（比法定）",
            "个工作日",
            statutory_series(today),
            promise,
            "（各事项法定时限逐项相加 − 整件事的承诺）÷ 法定时限之和",
            "两边都按工作日；当场办结的事项按 0 天计。",
        ),
        Reduction(
            "former-days",
            "减时限（比改革前）",
            "个自然日",
            plan.before_days,
            in_calendar_days(promise),
            "（改革前的天数 − 整件事的承诺）÷ 改革前的天数",
            f"改革前公布的是自然日，承诺 {promise} 个工作日约合 {in_calendar_days(promise)} 个自然日（每周 5 个工作日）。",
        ),
        Reduction(
            "acts",
            "减环节",
            "步",
            acts_apart(today),
            acts_together(then),
            "（原来申请人要做的步数 − 现在要做的步数）÷ 原来的步数",
            "申报、在场配合核查、再次到场、缴费、领证各算一步；原来每个事项各做一遍，现在申报、缴费、领证各一次。",
        ),
        Reduction(
            "visits",
            "减跑动",
            "次",
            plan.before_visits,
            then.visits,
            "（改革前跑动次数 − 现在跑窗口的次数）÷ 改革前跑动次数",
            "部门到现场核查不算申请人跑动。",
        ),
    )


def in_calendar_days(working: int) -> int:
    """About how many calendar days so many working days are in an ordinary run of weeks; 15 are 21."""
    return _rounded(Fraction(working * CALENDAR, WORKING))


def statutory_series(found: Scheme) -> int:
    """Statutory limits of the applying items one after another, in working days."""
    days = Fraction(0)
    for step in found.steps:
        limit = Fraction(step.item.statutory_days)
        days += limit * WORKING / CALENDAR if step.item.clock.unit == "calendar" else limit
    return _rounded(days)


def acts_apart(found: Scheme) -> int:
    """What the applicant has to do when each item is a way of its own: file each, attend, pay each, collect each."""
    pays = len(found.fees)
    collects = sum(step.item.result.kind != "none" for step in found.steps)
    return len(found.steps) + _attends(found) + pays + collects


def acts_together(found: Scheme) -> int:
    """The same in one case: file once, attend as before, pay once if anything costs, collect once if anything comes.

    Inspections count one by one until departments inspect together; corrections are not planned and not counted.
    """
    collects = any(step.item.result.kind != "none" for step in found.steps)
    return 1 + _attends(found) + bool(found.fees) + collects


def _attends(found: Scheme) -> int:
    """Inspections on site and appearances after the first, which falls together with filing.

    Who grants on a commitment inspects afterwards, and that is no longer a step before the grant.
    """
    attends = 0
    for step in found.steps:
        attends += step.item.inspection and step.item.code not in found.commitments
        attends += max(step.item.presence.times - 1, 0) if step.item.presence else 0
    return attends


def _rounded(days: Fraction) -> int:
    return int((days + Fraction(1, 2)) // 1)
