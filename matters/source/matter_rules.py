"""Pure: the rules that one matter must keep together with what it is composed of."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from matters.compiling import Dictionaries, compile_plan
from matters.plan import Plan, Scheme, StepsInCircle, every_answer, scheme

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
# A matter is checked under every full set of answers; this many take well under a second.
ANSWER_LIMIT = 5000


def matter_faults(matter: Row, dictionaries: Dictionaries, known_items: set[str], bad_items: set[str]) -> list[str]:
    """Faults in Chinese of a matter of the right shape. Its schedule is looked at only when all its parts are sound.

    `known_items`: every item code there is; `bad_items`: those of them with faults of their own.
    """
    faults = [*_step_faults(matter, dictionaries.items, known_items), *_question_faults(matter)]
    items = {step["item"] for step in matter["steps"]}
    if faults or items & bad_items:
        return faults
    faults += _condition_faults(matter, dictionaries)
    faults += _level_faults(matter, dictionaries)
    return faults or list(_schedule_faults(matter, dictionaries))


def point_faults(item: Row, rows: Mapping[str, Rows]) -> Iterator[str]:
    """Review points of an item that look at something the item does not ask for."""
    asked = {"material": {ask["material"] for ask in item["materials"]}, "field": set(item["fields"])}
    for point in item.get("points") or []:
        for kind, word in (("material", "材料"), ("field", "字段")):
            code = None if isinstance(point, str) else point.get(kind)
            if code and code not in asked[kind]:
                yield f"审查要点“{point['text']}”对应的{word}{called(code, rows[kind])}，这个事项没有要"


def called(code: str, rows: Rows) -> str:
    """A row by its name and its code: “消防安全检查”（fire-safety-check）; by its code when there is no such row."""
    row = rows.get(code, {})
    name = row.get("name") or row.get("label")
    return f"“{name}”（{code}）" if name else f"“{code}”"


def _step_faults(matter: Row, items: Rows, known_items: set[str]) -> Iterator[str]:
    own = [step["item"] for step in matter["steps"]]
    for item, times in Counter(own).items():
        if times > 1:
            yield f"事项{called(item, items)}列了两次"
        if item not in known_items:
            yield f"没有事项 {item}"
    for step in matter["steps"]:
        for other in dict.fromkeys([*(step["after"] or []), *(step["starts_after"] or [])]):
            if other not in own:
                yield f"环节{called(step['item'], items)}要等{called(other, items)}，但这件事里没有它"


def _question_faults(matter: Row) -> Iterator[str]:
    questions = matter["questions"] or []
    for code, times in Counter(question["code"] for question in questions).items():
        if times > 1:
            yield f"问题 {code} 重复"
    combinations = 1
    for question in questions:
        combinations *= len(question["choices"])
        for code, times in Counter(choice["code"] for choice in question["choices"]).items():
            if times > 1:
                yield f"问题 {question['code']} 的选项 {code} 重复"
    if combinations > ANSWER_LIMIT:
        yield f"问题太多：答案有 {combinations} 种组合，最多 {ANSWER_LIMIT} 种"


def _conditions(matter: Row, dictionaries: Dictionaries) -> Iterator[tuple[str, Row | None]]:
    """(place, when) of everything in the matter that may carry a condition."""
    materials, fields = dictionaries.materials, dictionaries.fields
    for step in matter["steps"]:
        item = dictionaries.items[step["item"]]
        name = called(step["item"], dictionaries.items)
        yield f"环节{name}", step["when"]
        yield from ((f"事项{name}的材料{called(a['material'], materials)}", a["when"]) for a in item["materials"])
        yield from ((f"事项{name}的字段{called(code, fields)}", fields[code].get("when")) for code in item["fields"])


def _condition_faults(matter: Row, dictionaries: Dictionaries) -> list[str]:
    choices = {q["code"]: {choice["code"] for choice in q["choices"]} for q in matter["questions"] or []}
    texts = {q["code"]: q["text"] for q in matter["questions"] or []}
    faults, deciding = [], set()
    for place, when in _conditions(matter, dictionaries):
        for question, wanted in (when or {}).items():
            deciding.add(question)
            if question not in choices:
                faults.append(f"{place}的适用情形用到问题 {question}，但这件事不问它")
            elif unknown := [choice for choice in wanted if choice not in choices[question]]:
                faults.append(
                    f"{place}的适用情形用到问题“{texts[question]}”（{question}）没有的选项 {'、'.join(unknown)}"
                )
    faults += [f"问题“{texts[code]}”（{code}）不决定任何环节、材料或字段" for code in choices if code not in deciding]
    return list(dict.fromkeys(faults))


def _level_faults(matter: Row, dictionaries: Dictionaries) -> Iterator[str]:
    departments = {dictionaries.items[step["item"]]["department"] for step in matter["steps"]}
    levels = {dictionaries.departments[code]["level"] for code in departments}
    if (matter["level"] == "city-county") != ("city" in levels):
        yield f"层级写的是 {matter['level']}，而审批部门的层级是 {'、'.join(sorted(levels))}"


def _schedule_faults(matter: Row, dictionaries: Dictionaries) -> Iterator[str]:
    """What is wrong under some set of answers; every set is tried."""
    plan = Plan.from_json(compile_plan(matter, dictionaries))
    try:
        schemes = [scheme(plan, answers) for answers in every_answer(plan)]
    except StepsInCircle as circle:
        names = " → ".join(called(code, dictionaries.items) for code in circle.items)
        yield f"环节互相等待，绕成了圈：{names}"
        return
    if empty := next((found for found in schemes if not found.steps), None):
        yield f"有的答案下一个环节也没有：{_answers(plan, empty)}"
    slowest = max(schemes, key=lambda found: found.parallel_days)
    if plan.promised_days < slowest.parallel_days:
        chain = " → ".join(called(code, dictionaries.items) for code in slowest.critical)
        under = f"（{_answers(plan, slowest)}时）" if slowest.answers else ""
        yield f"承诺 {plan.promised_days} 个工作日，而各环节并行也要 {slowest.parallel_days} 个{under}，最长的是{chain}"


def _answers(plan: Plan, found: Scheme) -> str:
    """The answers of a scheme in words: “经营场所面积有多大？”选“300 平方米以下”."""
    chosen = ((question, found.answers[question.code]) for question in plan.questions)
    return "、".join(f"“{question.text}”选“{question.label_of(choice)}”" for question, choice in chosen)
