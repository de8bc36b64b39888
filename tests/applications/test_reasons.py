"""The chain of reasons leads to the very day that the clocks count: with pauses, late and early grants, extensions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.clocks import TaskClock, due_days
from applications.reasons import why_due
from tests.applications.test_clocks import CALENDAR, plans

ACCEPTED = date(2026, 3, 2)
LICENCE = TaskClock("licence", 3)
FOOD = TaskClock("food", 5, after=("licence",))
SIGN = TaskClock("sign", 4, starts_after=("licence",))


def chain_of(code, tasks):
    by_code = {task.code: task for task in tasks}
    due = due_days(tasks, ACCEPTED, CALENDAR)
    names = {one: one for one in by_code}
    return why_due(by_code[code], by_code, names, due, ACCEPTED, CALENDAR), due[code]


def leads_to(chain, task):
    return chain[-1].day if task.extended else max(one.day for one in chain)


@pytest.mark.parametrize(
    ("code", "tasks", "says"),
    [
        ("food", [LICENCE, FOOD], "决定要等“licence”"),
        ("food", [LICENCE, replace(FOOD, paused=6)], "特别程序停了\u00a06\u00a0个工作日"),
        ("food", [replace(LICENCE, own_days=9, decided_on=date(2026, 3, 4)), FOOD], "没有耽误，仍按它的到期日算"),
        ("food", [replace(LICENCE, decided_on=date(2026, 3, 20)), FOOD], "晚准予"),
        ("food", [LICENCE, replace(FOOD, extended=5)], "负责人批准"),
        ("food", [LICENCE, replace(FOOD, late=4)], "这一项这一天才受理"),
        ("food", [LICENCE, replace(FOOD, calendar_days=True)], "5\u00a0个自然日，最后一天放假的顺延"),
        ("sign", [LICENCE, replace(SIGN, event_days=9)], "等申请人，最多\u00a09\u00a0个工作日"),
        ("sign", [LICENCE, replace(SIGN, event_days=9, begun_on=date(2026, 3, 10))], "申请人这一天告知"),
        ("sign", [replace(LICENCE, decided_on=date(2026, 3, 3)), SIGN], "受理时排好的到期日不提前"),
        ("sign", [replace(LICENCE, decided_on=date(2026, 3, 12)), SIGN], "才开始审"),
        ("food", [replace(LICENCE, paused=7), FOOD], "决定要等“licence”"),
    ],
)
def test_what_the_chain_says_and_where_it_leads(code, tasks, says):
    chain, due = chain_of(code, tasks)
    assert any(says in one.text for one in chain)
    assert leads_to(chain, next(task for task in tasks if task.code == code)) == due


@given(plans(), st.data())
def test_whatever_happened_the_chain_leads_to_the_day_that_is_counted(tasks, data):
    lived = [
        replace(
            task,
            paused=data.draw(st.integers(0, 8)),
            extended=data.draw(st.sampled_from([0, 0, 3])),
            late=data.draw(st.sampled_from([0, 0, 2])),
            decided_on=data.draw(st.sampled_from([None, date(2026, 3, 3), date(2026, 3, 30)])),
        )
        for task in tasks
    ]
    for task in lived:
        chain, due = chain_of(task.code, lived)
        assert leads_to(chain, task) == due
