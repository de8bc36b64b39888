"""What holds for every plan: hypothesis makes the catalogues."""

import itertools
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matters.comparing import differences
from matters.compiling import Dictionaries, compile_plan
from matters.plan import Plan, every_answer, plan_hash, scheme
from tests.matters.builders import ask, by_code, department, form_field, item, material, matter, question, step

Row = dict[str, Any]
MATERIALS = [f"m-{n}" for n in range(6)]
FIELDS = [f"f-{n}" for n in range(7)]
ITEMS = [f"i-{n}" for n in range(6)]
DEPARTMENTS = ["market", "fire", "water"]
QUESTIONS = {"q": ["yes", "no"], "r": ["one", "two", "three"]}

whens = st.none() | st.fixed_dictionaries(
    {}, optional={code: st.lists(st.sampled_from(c), min_size=1, unique=True) for code, c in QUESTIONS.items()}
)
asks = st.builds(
    lambda code, submit, copies, need, when: ask(code, submit=submit, copies=copies, need=need, when=when),
    st.sampled_from(MATERIALS),
    st.sampled_from(["original", "copy", "verify", "electronic"]),
    st.integers(1, 5),
    st.sampled_from(["core", "deferrable"]),
    whens,
)


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Row, dict[str, list[Row]]]:
    """A matter without faults and the rows of its dictionaries. The first step always applies; steps wait only for
    earlier ones."""
    items = [
        item(
            code,
            department=draw(st.sampled_from(DEPARTMENTS)),
            promised_days=draw(st.integers(0, 20)),
            commitment=draw(st.booleans()),
            materials=draw(st.lists(asks, min_size=1, unique_by=lambda row: row["material"])),
            fields=draw(st.lists(st.sampled_from(FIELDS), min_size=3, unique=True)),
        )
        for code in ITEMS
    ]
    used = draw(st.lists(st.sampled_from(ITEMS), min_size=1, unique=True))
    steps = [
        step(
            code,
            after=draw(st.lists(st.sampled_from(used[:n]), unique=True)) if n else [],
            starts_after=draw(st.lists(st.sampled_from(used[:n]), unique=True)) if n else [],
            when=draw(whens) if n else None,
        )
        for n, code in enumerate(used)
    ]
    materials = [
        material(code, exempt=draw(st.booleans()), result_of=draw(st.none() | st.sampled_from(ITEMS)))
        for code in MATERIALS
    ]
    fields = [form_field(code, section=draw(st.sampled_from(["甲", "乙"])), when=draw(whens)) for code in FIELDS]
    row = matter(*steps, questions=[question(code, *choices) for code, choices in QUESTIONS.items()])
    parts = {
        "departments": [department(code) for code in DEPARTMENTS],
        "materials": materials,
        "fields": fields,
        "items": items,
    }
    return row, parts


def compiled(row: Row, parts: dict[str, list[Row]]) -> dict[str, Any]:
    return compile_plan(row, Dictionaries(**{name: by_code(*rows) for name, rows in parts.items()}))


@settings(max_examples=40)
@given(catalogues(), st.data())
def test_what_holds_under_every_answer(catalogue, data) -> None:
    row, parts = catalogue
    plan = Plan.from_json(compiled(row, parts))
    commitments = data.draw(st.frozensets(st.sampled_from(ITEMS)))
    for answers in every_answer(plan):
        found = scheme(plan, answers, commitments)
        asked = {ask["material"] for s in found.steps for ask in parts["items"][ITEMS.index(s.item.code)]["materials"]}
        codes = [planned.spec.code for planned in found.materials]
        fields = [planned.spec.code for planned in found.fields]
        assert found.steps, "every answer set leaves a step"
        assert set(codes) <= asked and found.merged <= len(codes) <= found.asked
        assert len(set(codes)) == len(codes) and len(set(fields)) == len(fields)
        assert found.parallel_days <= found.series_days
        assert found.parallel_days == max(planned.finish for planned in found.steps)
        assert found.by_item[found.critical[-1]].finish == found.parallel_days
        chain = [found.by_item[code] for code in found.critical]
        assert (chain[0].start, chain[0].finish) == (0, chain[0].own_days)
        assert all(one.item.code in two.waits_for for one, two in itertools.pairwise(chain))
        for planned in found.steps:
            for other in planned.waits_for:
                assert found.by_item[other].finish <= planned.finish
                assert found.by_item[other].rank < planned.rank
            for other in planned.starts_after:
                assert found.by_item[other].finish <= planned.start
        assert all(set(planned.used_by) <= found.by_item.keys() for planned in found.materials)
        assert all(set(planned.used_by) <= found.by_item.keys() for planned in found.fields)


@settings(max_examples=40)
@given(catalogues(), st.randoms(use_true_random=False))
def test_order_of_loading_changes_nothing(catalogue, shuffler: random.Random) -> None:
    row, parts = catalogue
    expected = plan_hash(compiled(row, parts))
    # The order of fields is told by their files and kept with them; everything else may come in any order.
    shuffled = {name: list(rows) for name, rows in parts.items()}
    for name in ("departments", "materials", "items"):
        shuffler.shuffle(shuffled[name])
    for rows in shuffled.values():
        rows[:] = [dict(shuffler.sample(list(one.items()), len(one))) for one in rows]
    assert plan_hash(compiled(dict(reversed(row.items())), shuffled)) == expected


@settings(max_examples=40)
@given(catalogues(), st.data())
def test_differences_lead_from_one_scheme_to_the_other(catalogue, data) -> None:
    plan = Plan.from_json(compiled(*catalogue))
    answers = st.sampled_from(list(every_answer(plan)))
    old, new = scheme(plan, data.draw(answers)), scheme(plan, data.draw(answers))
    found, back = differences(old, new), differences(new, old)
    kept = old.by_item.keys() - {planned.item.code for planned in found.dropped_steps}
    assert kept | {planned.item.code for planned in found.added_steps} == new.by_item.keys()
    assert {p.spec.code for p in found.added_materials} == {p.spec.code for p in back.dropped_materials}
    assert {p.spec.code for p in found.added_fields} == {p.spec.code for p in back.dropped_fields}
    assert differences(old, old).empty
