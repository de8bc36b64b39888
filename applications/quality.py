"""数据质量: what is wrong with the record of an ended case before anybody outside sees it. Pure.

Completeness, validity, consistency and uniqueness, each fault as a sentence that says what to put right.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from accounts.identity import check_identity, check_uscc
from applications.states import CaseState, Outcome, TaskState

COMPLETE, VALID, CONSISTENT, UNIQUE = "完整", "有效", "一致", "唯一"
GRANTED = (TaskState.GRANTED, TaskState.PASSED_UP)
DECIDED = (*GRANTED, TaskState.REFUSED)
# The moments of a case in the order in which they come; not every case has every one.
ORDER = [
    ("submitted_on", "提交"),
    ("accepted_on", "受理"),
    ("decided_first", "最早的决定"),
    ("concluded_on", "办结"),
    ("delivered_on", "送达"),
]


@dataclass(frozen=True)
class Fault:
    """`dimension`: what kind of fault; `text`: what is wrong, no identity number in it."""

    dimension: str
    text: str


def faults_of(record: Mapping[str, Any], used_twice: Collection[str] = ()) -> list[Fault]:
    """Everything that is wrong with one record; empty for a good one. `used_twice`: document numbers that two cases bear."""
    return [*_incomplete(record), *_invalid(record), *_inconsistent(record), *_not_unique(record, used_twice)]


def _incomplete(record: Mapping[str, Any]) -> Iterator[Fault]:
    if not record["applicant"]["name"].strip():
        yield Fault(COMPLETE, "没有申请人姓名")
    if not record["applicant"]["id_number"]:
        yield Fault(COMPLETE, "没有申请人证件号码")
    if record["state"] in (CaseState.CONCLUDED, CaseState.DELIVERED, CaseState.ARCHIVED):
        if not record["outcome"]:
            yield Fault(COMPLETE, "办结了，没有写结果")
        if not record["concluded_on"]:
            yield Fault(COMPLETE, "办结了，没有办结时间")
    for item in record["items"]:
        if item["state"] in DECIDED and not item["decided_on"]:
            yield Fault(COMPLETE, f"“{item['name']}”作了决定，没有决定时间")
        if item["state"] in (TaskState.GRANTED, TaskState.REFUSED) and not item["decision_number"]:
            yield Fault(COMPLETE, f"“{item['name']}”作了决定，没有文号")


def _invalid(record: Mapping[str, Any]) -> Iterator[Fault]:
    person, unit = record["applicant"], record["organisation"]
    wrong = check_identity(person["id_type"], person["id_number"]) if person["id_number"] else None
    if wrong:
        yield Fault(VALID, f"申请人证件号码不对：{wrong}")
    if unit and unit["uscc"] and check_uscc(unit["uscc"]):
        yield Fault(VALID, f"单位的代码不对：{check_uscc(unit['uscc'])}")


def _inconsistent(record: Mapping[str, Any]) -> Iterator[Fault]:
    decided = [item["decided_on"] for item in record["items"] if item["decided_on"]]
    days = dict(record) | {"decided_first": min(decided) if decided else None}
    told: list[tuple[str, date]] = [(word, days[name]) for name, word in ORDER if days[name]]
    for (before, earlier), (after, later) in pairwise(told):
        if later < earlier:
            yield Fault(CONSISTENT, f"{after}（{later:%Y-%m-%d}）比{before}（{earlier:%Y-%m-%d}）还早")
    states = {item["state"] for item in record["items"]}
    if record["outcome"] == Outcome.GRANTED and TaskState.REFUSED in states:
        yield Fault(CONSISTENT, "结果写全部准予，却有不予的事项")
    if record["outcome"] == Outcome.REFUSED and states & set(GRANTED):
        yield Fault(CONSISTENT, "结果写不予，却有准予的事项")


def _not_unique(record: Mapping[str, Any], used_twice: Collection[str]) -> Iterator[Fault]:
    for item in record["items"]:
        if item["decision_number"] and item["decision_number"] in used_twice:
            yield Fault(UNIQUE, f"“{item['name']}”的文号 {item['decision_number']} 别的件也用了")
