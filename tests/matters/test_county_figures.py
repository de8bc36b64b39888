"""The figures of the county's matters, worked out once more from the source rows in another way."""

import itertools
from typing import Any

import pytest
import yaml

from matters.compiling import compile_plan
from matters.figures import announcement_faults, figures, totals
from matters.plan import Plan, every_answer, scheme
from matters.source.checking import Catalogue
from tests.catalogue import COUNTY

Row = dict[str, Any]


@pytest.fixture(scope="session")
def plans(county: Catalogue) -> list[Plan]:
    return [Plan.from_json(compile_plan(row, county.dictionaries)) for row in county.rows["matter"].values()]


def applies(when: Row | None, answers: Row) -> bool:
    return when is None or not [q for q in when if answers[q] not in when[q]]


def finishes(steps: list[Row], items: dict[str, Row]) -> dict[str, int]:
    """Last days by relaxing until nothing moves: no recursion, unlike the plan."""
    day = {step["item"]: items[step["item"]]["promised_days"] for step in steps}
    moved = True
    while moved:
        moved = False
        for step in steps:
            start = max([day[other] for other in step["starts_after"] if other in day], default=0)
            locked = max([day[other] for other in step["after"] if other in day], default=0)
            finish = max(start + items[step["item"]]["promised_days"], locked)
            moved = moved or finish != day[step["item"]]
            day[step["item"]] = finish
    return day


def test_every_matter_under_every_answer(county: Catalogue, plans: list[Plan]) -> None:
    items, materials, fields = (county.rows[kind] for kind in ("item", "material", "field"))
    checked = 0
    for plan in plans:
        row = county.rows["matter"][plan.code]
        codes = [[(q["code"], choice["code"]) for choice in q["choices"]] for q in row["questions"]]
        combinations = [dict(pairs) for pairs in itertools.product(*codes)]
        assert list(every_answer(plan)) == combinations
        for answers in combinations:
            steps = [step for step in row["steps"] if applies(step["when"], answers)]
            chosen = [items[step["item"]] for step in steps]
            asked = [a["material"] for one in chosen for a in one["materials"] if applies(a["when"], answers)]
            found = scheme(plan, answers)
            assert [planned.item.code for planned in found.steps] == [step["item"] for step in steps]
            assert set(found.departments) == {one["department"] for one in chosen}
            assert found.asked == len(asked)
            assert found.merged == len({code for code in asked if materials[code]["exempt"] is False})
            assert found.series_days == sum(one["promised_days"] for one in chosen)
            days = finishes(steps, items)
            assert {planned.item.code: planned.finish for planned in found.steps} == days
            assert found.parallel_days == max(days.values()) <= plan.promised_days
            wanted = {code for one in chosen for code in one["fields"]}
            assert [
                f.spec.code for section in found.sections for f in section.fields if f.spec.code not in wanted
            ] == []
            assert len(found.fields) == len(wanted & fields.keys())
            checked += 1
    assert checked == 476


@pytest.mark.parametrize(
    ("code", "departments", "steps", "asked", "merged", "series", "parallel", "promised"),
    [
        ("open-restaurant", 7, 9, 47, 26, 20, 7, 15),
    ],
)
def test_fullest_case(plans, code, departments, steps, asked, merged, series, parallel, promised) -> None:
    found = figures(next(plan for plan in plans if plan.code == code))
    assert (len(found.departments), found.steps) == (departments, steps)
    assert (found.asked, found.merged) == (asked, merged)
    assert (found.series_days, found.parallel_days, found.promised_days) == (series, parallel, promised)


def test_counts_of_the_announcement(plans: list[Plan]) -> None:
    found = totals(plans)
    assert (found.matters, found.audience) == (100, {"enterprise": 69, "individual": 31})
    assert (found.single, found.joint, len(found.city_county), found.first_list) == (17, 83, 3, 20)
    stated = yaml.safe_load((COUNTY / "announcement.yaml").read_text(encoding="utf-8"))
    assert announcement_faults(plans, stated) == []


def test_a_catalogue_that_does_not_hold_is_told_in_words(plans: list[Plan]) -> None:
    stated = yaml.safe_load((COUNTY / "announcement.yaml").read_text(encoding="utf-8"))
    faults = announcement_faults([plan for plan in plans if plan.code != "open-restaurant"], stated)
    assert "一件事总数是 99，公布的是 100" in faults
    assert "没有我要开餐馆" in faults
