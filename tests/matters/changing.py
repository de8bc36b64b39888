"""Random changes to a plan, as somebody at the what-if page might make them; for the property tests."""

from typing import Any

from hypothesis import strategies as st

from matters.plan import Plan
from matters.whatif import LOCKS, try_changes


@st.composite
def changes_to(draw: st.DrawFn, plan: Plan, most: int = 6) -> list[dict[str, Any]]:
    """Changes that can all be made to this plan, in this order; now and then none."""
    items = st.sampled_from([step.item for step in plan.steps])
    materials = st.sampled_from(list(plan.materials))
    one = st.one_of(
        st.builds(lambda item: {"kind": "drop_step", "item": item}, items),
        st.builds(
            lambda item, share: {
                "kind": "promise",
                "item": item,
                "days": plan.items[item].statutory_days * share // 10,
            },
            items,
            st.integers(0, 10),
        ),
        st.builds(lambda days: {"kind": "matter_promise", "days": days}, st.integers(0, 90)),
        st.builds(
            lambda item, other, locks: {"kind": "wait", "item": item, "other": other, "locks": locks},
            items,
            items,
            st.sampled_from(list(LOCKS)),
        ),
        st.builds(lambda material: {"kind": "exempt", "material": material}, materials),
        st.builds(lambda material: {"kind": "deferrable", "material": material}, materials),
        st.builds(lambda item: {"kind": "no_inspection", "item": item}, items),
        st.builds(lambda item: {"kind": "commitment", "item": item}, items),
    )
    return [dict(change) for change in try_changes(plan, draw(st.lists(one, max_size=most))).changes]
