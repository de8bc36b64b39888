"""Pure: what if the process were another one. A plan and a list of changes in; the changed plan, and what follows, out.

A change is a plain dictionary, so that a proposal can store it and a link can carry it:

    {"kind": "drop_step", "item": …}                      去掉一个环节
    {"kind": "promise", "item": …, "days": n}             改一个事项的承诺时限 (working days)
    {"kind": "matter_promise", "days": n}                 改整件事的承诺时限 (working days)
    {"kind": "wait", "item": …, "other": …, "locks": …}   前置：decision (发证要等), review (开审要等), nothing (不用等)
    {"kind": "exempt", "material": …}                     免交一份材料
    {"kind": "deferrable", "material": …}                 一份材料改为可容缺
    {"kind": "no_inspection", "item": …}                  取消现场核查
    {"kind": "commitment", "item": …}                     可告知承诺，签了承诺书当天办结

What a dropped step leaves behind follows by itself: others no longer wait for it, a question that decides nothing any
more is no longer asked, and a matter without a city department is no longer 市县联办.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from foundation.errors import Refused
from matters.plan import StepsInCircle, every_answer, scheme
from matters.specs import ItemSpec, Plan, StepSpec

Change = Mapping[str, Any]
LOCKS = {"decision": "发证要等", "review": "开审要等", "nothing": "不用等"}
MOST_CHANGES = 100
MOST_DAYS = 3650


def apply_changes(plan: Plan, changes: Iterable[Change]) -> Plan:
    """The plan after all changes, in this order; equal to what the compiler makes of rows that are changed alike.

    Circles are looked for at the end, so that two steps may change places. Raises Refused with a sentence for a change
    that is unknown, impossible, unlawful by the plan's own figures, or none at all.
    """
    listed = list(changes)
    if len(listed) > MOST_CHANGES:
        raise Refused(f"一个方案最多 {MOST_CHANGES} 处改动。")
    changed = plan
    for change in listed:
        changed = _apply(changed, change)
    changed = _settled(changed, plan)
    if listed:
        _refuse_the_impossible(changed)
    return changed


@dataclass(frozen=True)
class Trial:
    """Changes tried one after another: those that could be made, and for each other one why not."""

    plan: Plan
    changes: tuple[Change, ...]
    refused: tuple[tuple[Change, str], ...]


def try_changes(plan: Plan, changes: Iterable[Change]) -> Trial:
    """Makes what can be made and leaves out the rest; never raises Refused."""
    made: list[Change] = []
    refused: list[tuple[Change, str]] = []
    listed = list(changes)
    refused += [(change, f"一个方案最多 {MOST_CHANGES} 处改动。") for change in listed[MOST_CHANGES:]]
    for change in listed[:MOST_CHANGES]:
        try:
            apply_each(plan, [*made, change])
        except Refused as why:
            refused.append((change, why.message))
        else:
            made.append(change)
    while True:
        try:
            return Trial(apply_changes(plan, made), tuple(made), tuple(refused))
        except Refused as why:
            refused.append((made.pop(), why.message))


def apply_each(plan: Plan, changes: Iterable[Change]) -> Plan:
    """The changes without a look at the whole: the plan may wait in a circle."""
    for change in changes:
        plan = _apply(plan, change)
    return plan


def newly_committed(before: Plan, after: Plan) -> frozenset[str]:
    """Items that may be granted on a commitment after the changes and could not be before."""
    return frozenset(
        code for code, item in after.items.items() if item.commitment and not before.items[code].commitment
    )


def obstacles(plan: Plan, committed: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """What keeps the plan from being published: the promise of the matter lies below its longest chain.

    Nobody has to choose a commitment, so `committed` only adds how long it would be with them.
    """
    slowest = longest(plan)
    if plan.promised_days >= slowest:
        return ()
    text = f"整件事承诺 {plan.promised_days} 个工作日，而各环节并行也要 {slowest} 个：先改整件事的承诺，或者压缩最慢的环节。"
    if committed and longest(plan, committed) <= plan.promised_days:
        text += "只有选告知承诺的人来得及，而承诺由申请人自愿选择，不能按它来定。"
    return (text,)


def longest(plan: Plan, committed: frozenset[str] = frozenset()) -> int:
    """Working days of the slowest way to the end, over all answers: no promise may lie below it."""
    return max(scheme(plan, answers, committed).parallel_days for answers in every_answer(plan))


def consequences(before: Plan, after: Plan) -> tuple[str, ...]:
    """What follows from the changes and what has to be seen to first, in sentences."""
    dropped = [step.item for step in before.steps if step.item not in _steps(after)]
    found: list[str] = []
    for code in dropped:
        name = before.items[code].name
        waited = [_name(before, s.item) for s in before.steps if code in (*s.after, *s.starts_after)]
        left = [text for text in waited if text not in {_name(before, item) for item in dropped}]
        if left:
            found.append(f"{'、'.join(left)}原来要等{name}，去掉以后不再等它。")
        again = [m.name for m in after.materials.values() if m.result_of == code and not m.exempt]
        found += [f"{paper}不再由本次办出，还在要它的环节得由申请人另交。" for paper in again]
    asked = {question.code for question in after.questions}
    for question in before.questions:
        if question.code not in asked:
            found.append(f"问题“{question.text}”不再决定任何环节和材料，一并去掉。")
    if before.level != after.level:
        found.append("不再有市级部门，层级由市县联办改为县级。")
    for material in after.materials.values():
        if material.exempt and not before.materials[material.code].exempt and material.provided_by != "government":
            found.append(f"{material.name}不是政府部门核发的，免交以前要先有能查到它的地方。")
    for code, item in after.items.items():
        if item.commitment and not before.items[code].commitment:
            found.append(f"{item.name}改为可告知承诺：涉及公共安全、生态、健康、金融等错了难以挽回的，不能用。")
        if before.items[code].inspection and not item.inspection:
            found.append(f"{item.name}取消现场核查：法律规定必须核查的不能取消，其余改为事后监管。")
    return tuple(found)


def in_words(plan: Plan, change: Change) -> str:
    """A change in a sentence, with the names and the present figures of the plan it is made to. Raises nothing."""
    tell = _WORDS.get(str(change.get("kind")))
    try:
        return tell(plan, change) if tell else "看不懂的改动"
    except KeyError:
        return "看不懂的改动"


def _apply(plan: Plan, change: Change) -> Plan:
    make = _MAKERS.get(str(change.get("kind")))
    if make is None:
        raise Refused("没有这一种改动。")
    try:
        return make(plan, change)
    except KeyError:
        raise Refused("这一处改动没有写完整。") from None


def _drop_step(plan: Plan, change: Change) -> Plan:
    code = _step(plan, change["item"]).item
    if len(plan.steps) == 1:
        raise Refused("这是最后一个环节，去掉就什么也不办了。")
    steps = tuple(
        replace(
            step,
            after=tuple(other for other in step.after if other != code),
            starts_after=tuple(other for other in step.starts_after if other != code),
        )
        for step in plan.steps
        if step.item != code
    )
    return replace(plan, steps=steps)


def _promise(plan: Plan, change: Change) -> Plan:
    item, days = _item(plan, change["item"]), _days(change["days"])
    if days == item.promised_days:
        raise Refused(f"{item.name}的承诺时限本来就是 {days} {item.clock.days_word}。")
    if days > item.statutory_days:
        raise Refused(f"{item.name}的法定时限是 {item.statutory_days} {item.clock.days_word}，承诺不能超过它。")
    waits = sum(wait.days for wait in item.clock.waits)
    if days < waits:
        kinds = "、".join(dict.fromkeys(wait.kind for wait in item.clock.waits))
        raise Refused(f"{item.name}里的{kinds}依法要 {waits} {item.clock.days_word}，承诺不能比它短。")
    return _with_item(plan, replace(item, promised_days=days))


def _matter_promise(plan: Plan, change: Change) -> Plan:
    days = _days(change["days"])
    if days == plan.promised_days:
        raise Refused(f"整件事的承诺时限本来就是 {days} 个工作日。")
    return replace(plan, promised_days=days)


def _wait(plan: Plan, change: Change) -> Plan:
    step, other, locks = _step(plan, change["item"]), _step(plan, change["other"]).item, change["locks"]
    name, waited = _name(plan, step.item), _name(plan, other)
    if locks not in LOCKS:
        raise Refused("前置只有三种：发证要等、开审要等、不用等。")
    if step.item == other:
        raise Refused(f"{name}不能等它自己。")
    if locks == lock_of(step, other):
        raise Refused(f"{name}对{waited}本来就是“{LOCKS[locks]}”。")
    after = tuple(code for code in step.after if code != other)
    starts = tuple(code for code in step.starts_after if code != other)
    changed = replace(
        step,
        after=(*after, other) if locks == "decision" else after,
        starts_after=(*starts, other) if locks == "review" else starts,
    )
    return replace(plan, steps=tuple(changed if s.item == step.item else s for s in plan.steps))


def _exempt(plan: Plan, change: Change) -> Plan:
    code = str(change["material"])
    if code not in plan.materials:
        raise Refused(f"这件事不要材料 {code}，或者要它的环节已经去掉。")
    material = plan.materials[code]
    if material.exempt:
        raise Refused(f"{material.name}本来就免交。")
    return replace(plan, materials={**plan.materials, code: replace(material, exempt=True)})


def _deferrable(plan: Plan, change: Change) -> Plan:
    code = str(change["material"])
    if code not in plan.materials:
        raise Refused(f"这件事不要材料 {code}，或者要它的环节已经去掉。")
    items = {
        item.code: replace(
            item, asks=tuple(replace(ask, need="deferrable") if ask.material == code else ask for ask in item.asks)
        )
        for item in plan.items.values()
    }
    if items == dict(plan.items):
        raise Refused(f"{plan.materials[code].name}本来就可以容缺。")
    return replace(plan, items=items)


def _no_inspection(plan: Plan, change: Change) -> Plan:
    item = _item(plan, change["item"])
    if not item.inspection:
        raise Refused(f"{item.name}本来就没有现场核查。")
    return _with_item(plan, replace(item, inspection=False))


def _commitment(plan: Plan, change: Change) -> Plan:
    item = _item(plan, change["item"])
    if item.commitment:
        raise Refused(f"{item.name}本来就可以告知承诺。")
    return _with_item(plan, replace(item, commitment=True))


_MAKERS: Mapping[str, Callable[[Plan, Change], Plan]] = {
    "drop_step": _drop_step,
    "promise": _promise,
    "matter_promise": _matter_promise,
    "wait": _wait,
    "exempt": _exempt,
    "deferrable": _deferrable,
    "no_inspection": _no_inspection,
    "commitment": _commitment,
}


def _tell_wait(plan: Plan, change: Change) -> str:
    item, other = _name(plan, change["item"]), _name(plan, change["other"])
    return {
        "decision": f"{item}：同时审，发证要等{other}",
        "review": f"{item}：等{other}办成才开始审",
        "nothing": f"{item}：不再等{other}",
    }[change["locks"]]


def _tell_promise(plan: Plan, change: Change) -> str:
    old = plan.items[change["item"]].promised_days
    return f"{_name(plan, change['item'])}：承诺由 {old} 个工作日改为 {change['days']} 个"


_WORDS: Mapping[str, Callable[[Plan, Change], str]] = {
    "drop_step": lambda plan, change: f"去掉环节：{_name(plan, change['item'])}",
    "promise": _tell_promise,
    "matter_promise": lambda plan, change: f"整件事：承诺由 {plan.promised_days} 个工作日改为 {change['days']} 个",
    "wait": _tell_wait,
    "exempt": lambda plan, change: f"免交：{plan.materials[change['material']].name}",
    "deferrable": lambda plan, change: f"改为可容缺：{plan.materials[change['material']].name}",
    "no_inspection": lambda plan, change: f"{_name(plan, change['item'])}：取消现场核查",
    "commitment": lambda plan, change: f"{_name(plan, change['item'])}：可告知承诺，签承诺书当天办结",
}
KINDS = tuple(_MAKERS)


def lock_of(step: StepSpec, other: str) -> str:
    """What of this step waits for that item: review, decision or nothing. The review is the stronger lock."""
    if other in step.starts_after:
        return "review"
    return "decision" if other in step.after else "nothing"


def _steps(plan: Plan) -> dict[str, StepSpec]:
    return {step.item: step for step in plan.steps}


def _step(plan: Plan, code: Any) -> StepSpec:
    found = _steps(plan).get(code)
    if found is None:
        known = plan.items[code].name if code in plan.items else code
        raise Refused(f"这件事里没有环节“{known}”，或者它已经去掉。")
    return found


def _item(plan: Plan, code: Any) -> ItemSpec:
    return plan.items[_step(plan, code).item]


def _name(plan: Plan, code: str) -> str:
    return plan.items[code].name


def _days(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise Refused(f"时限要写 0 到 {MOST_DAYS} 的整数，单位是工作日。")
    return value


def _with_item(plan: Plan, item: ItemSpec) -> Plan:
    return replace(plan, items={**plan.items, item.code: item})


def _settled(plan: Plan, before: Plan) -> Plan:
    """Only what the remaining steps need, in the order in which the compiler lists it."""
    if len(plan.steps) == len(before.steps):
        return plan
    items = {step.item: plan.items[step.item] for step in plan.steps}
    materials = dict.fromkeys(ask.material for item in items.values() for ask in item.asks)
    fields = {code for item in items.values() for code in item.fields}
    deciding = dict.fromkeys(item.department for item in items.values())
    named = {plan.departments[code].parent for code in deciding} | {plan.materials[code].issuer for code in materials}
    codes = [*deciding, *sorted(code for code in named if code and code not in deciding)]
    city = any(plan.departments[code].level == "city" for code in deciding)
    settled = replace(
        plan,
        items=items,
        materials={code: plan.materials[code] for code in materials},
        fields={code: field for code, field in plan.fields.items() if code in fields},
        departments={code: plan.departments[code] for code in codes},
        level="county" if plan.level == "city-county" and not city else plan.level,
    )
    idle = _deciding_questions(before) - _deciding_questions(settled)
    return replace(settled, questions=tuple(question for question in plan.questions if question.code not in idle))


def _deciding_questions(plan: Plan) -> set[str]:
    """Codes of the questions on which a step, a material or a field depends."""
    whens = [step.when for step in plan.steps]
    whens += [ask.when for item in plan.items.values() for ask in item.asks]
    whens += [field.when for field in plan.fields.values()]
    return {question for when in whens for question in when or {}}


def _refuse_the_impossible(plan: Plan) -> None:
    """No circle, and something to do whatever is answered."""
    for answers in every_answer(plan):
        try:
            found = scheme(plan, answers)
        except StepsInCircle as circle:
            chain = " → ".join(_name(plan, code) for code in circle.items)
            raise Refused(f"这样改，环节互相等待，绕成了圈：{chain}。") from None
        if not found.steps:
            labels = [f"“{q.text}”答“{q.label_of(answers[q.code])}”" for q in plan.questions]
            raise Refused(f"这样改，{'、'.join(labels)}时一个环节也没有。")
