"""重复组合: which two matters the same applicants file one after the other, for the pool of candidates."""

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.models import Application
from applications.pairs import Filing, pairs_of, repeated_pairs
from matters.demand import Pair
from tests.applications.world import World, file_case

APART = timedelta(days=30)
ZHANG, WANG, FIRM = (0, 1), (0, 2), (1, 0)


def filing(who: tuple[int, int], day: int, matter: str) -> Filing:
    return Filing(who, datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day), matter)


@pytest.mark.parametrize(
    ("filings", "pairs"),
    [
        ([], []),
        ([(ZHANG, 0, "shop"), (ZHANG, 0, "shop")], []),
        ([(ZHANG, 0, "shop"), (ZHANG, 30, "sign")], [Pair("shop", "sign", 1)]),
        ([(ZHANG, 0, "shop"), (ZHANG, 31, "sign")], []),
        ([(ZHANG, 9, "shop"), (ZHANG, 0, "sign")], [Pair("shop", "sign", 1)]),
        ([(ZHANG, 0, "shop"), (WANG, 0, "sign")], []),
        ([(ZHANG, 0, "shop"), (FIRM, 0, "sign")], []),
        ([(ZHANG, 0, "shop"), (ZHANG, 1, "sign"), (ZHANG, 2, "shop")], [Pair("shop", "sign", 1)]),
        (
            [(WANG, 0, "shop"), (WANG, 1, "sign"), (ZHANG, 5, "sign"), (ZHANG, 9, "shop"), (FIRM, 1, "bus"), (FIRM, 2, "shop")],
            [Pair("shop", "sign", 2), Pair("bus", "shop", 1)],
        ),
    ],
)  # fmt: skip
def test_two_matters_are_a_pair_when_one_applicant_files_both_within_the_days(
    filings: list[tuple[tuple[int, int], int, str]], pairs: list[Pair]
) -> None:
    assert pairs_of((filing(*one) for one in filings), APART) == pairs


@pytest.mark.django_db
def test_pairs_are_counted_from_cases(world: World) -> None:
    one = file_case(world)
    other = file_case(world, "travel-agency")
    today = one.submitted_at.date()
    assert repeated_pairs(30, today - timedelta(days=1)) == [Pair("noodle-shop", "travel-agency", 1)]
    Application.objects.filter(pk=other.pk).update(submitted_at=one.submitted_at + timedelta(days=31))
    assert repeated_pairs(30, today - timedelta(days=1)) == []
    assert repeated_pairs(60, date(2030, 1, 1)) == []
