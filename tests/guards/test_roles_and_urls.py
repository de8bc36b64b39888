"""Every address × every role × methods × own, other's and missing object, against tests/guards/url_table.py.

The list of addresses comes from the URL configuration: a new one without a row fails here.
"""

import re
import sys
from typing import Any

import pytest
from pytest_django import Settings

from departments.middleware import SecondFactorMiddleware
from tests.guards.scene import Scene, addresses, ask, shown
from tests.guards.url_table import EVERY_METHOD, GATES, NOBODY, ROLES, SIGHT, TABLE, TAKES_PUT, Row

pytestmark = pytest.mark.django_db
FAMILIES = sorted({"api" if row.api else f"{row.gate}, {row.kind}" for row in TABLE.values()})


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    named = set(addresses())
    without_row, without_address = sorted(named - set(TABLE)), sorted(set(TABLE) - named)
    assert not without_row, f"addresses without a row in tests/guards/url_table.py: {', '.join(without_row)}"
    assert not without_address, f"rows without an address: {', '.join(without_address)}"


def family(name: str) -> list[str]:
    return [one for one, row in TABLE.items() if name == ("api" if row.api else f"{row.gate}, {row.kind}")]


def expected(name: str, role: str, method: str, which: str) -> int | str:
    """The status of one cell, or "sign in" where a page sends somebody to the sign-in page."""
    row = TABLE[name]
    if row.gate == "signed in" and row.kind == "matter":  # the catalogue is public: asked before who one is
        if method not in ("GET", "HEAD", "POST"):
            return 405
        if which == "missing":
            return 404
    if role not in GATES[row.gate]:
        if role in NOBODY:
            return 401 if row.api else "sign in"
        return 403
    if method == "PUT" and name in TAKES_PUT:
        method = "POST"
    success = {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(method)
    if name in EVERY_METHOD:
        success = row.get
    if success is None:
        return 405
    if which == "missing" or (row.kind in SIGHT and role not in SIGHT[row.kind][which == "other"]):
        return 404
    return success


def telling(role: str, row: Row) -> tuple[str, ...]:
    """The objects that say something new: all for who sees one of them, one for who is turned away whatever it is."""
    sees = SIGHT.get(row.kind)
    turned_away = role not in GATES[row.gate] or (sees is not None and role not in sees[0] | sees[1])
    return row.objects[:1] if turned_away else row.objects


Found = tuple[int, list[str]]


def walk(scene: Scene, names: list[str], methods: tuple[str, ...], *, every: bool, **more: Any) -> Found:
    """How many cells were looked at, and those that differ from the table; without `every` only the telling ones."""
    cells, wrong = 0, []
    for role in ROLES:
        client = scene.client(role)
        for name in names:
            for which in TABLE[name].objects if every else telling(role, TABLE[name]):
                for method in methods:
                    seen = shown(name, ask(client, method, scene.address(name, which), **more))
                    wanted = expected(name, role, method, which)
                    cells += 1
                    if method == "HEAD" and seen == 405 and wanted not in (401, 403, "sign in"):
                        continue  # a page may leave HEAD out; it may not answer it more freely than GET
                    if seen != wanted:
                        wrong.append(f"{method} {name} ({which}) as {role}: {seen}, the table says {wanted}")
    return cells, wrong


def settle(cells: int, wrong: list[str]) -> None:
    sys.stdout.write(f"{cells} cells\n")  # shown by -rP
    assert not wrong, f"{len(wrong)} of {cells} cells:\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_table(scene: Scene, name: str) -> None:
    settle(*walk(scene, family(name), ("GET", "POST"), every=False))


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_every_cell_of_the_table(scene: Scene, name: str) -> None:
    settle(*walk(scene, family(name), ("GET", "POST"), every=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_no_other_method_opens_a_door(scene: Scene, name: str) -> None:
    settle(*walk(scene, family(name), ("HEAD", "PUT", "PATCH", "DELETE"), every=False))


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_request_by_htmx_opens_no_other_door(scene: Scene, name: str) -> None:
    """Who may not gets the same answer; who may gets a part of the page, with or without a redirect."""
    _, wrong = walk(scene, family(name), ("GET", "POST"), every=False, headers={"HX-Request": "true"})
    opened = [line for line in wrong if not re.search(r": [23]\d\d, the table says [234]\d\d$", line)]
    opened += [line for line in wrong if re.search(r"the table says 40[134]$", line)]
    assert not opened, "\n".join(opened)


STAFF_ROLES = ("clerk", "reviewer", "editor", "supervisor", "sysadmin")


def test_with_a_second_factor_required_staff_come_through_no_door_without_it(scene: Scene, settings: Settings) -> None:
    """As in production. Citizens and visitors find every door as the table says; open to staff is only the way in."""
    settings.STAFF_SECOND_FACTOR = True
    open_ones, wrong = set(), []
    for role in STAFF_ROLES:
        client = scene.client(role)
        for name, row in TABLE.items():
            address = scene.address(name, row.objects[0])
            if address.startswith(SecondFactorMiddleware.OPEN):
                open_ones.add(name)
                continue
            for method in ("GET", "POST"):
                answer = ask(client, method, address)
                if address.startswith("/api/"):
                    held = answer.status_code == 403
                else:
                    held = answer.headers.get("Location", "").startswith("/sign-in/second/?next=/")
                if not held:
                    wrong.append(f"{method} {name} as {role}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert {TABLE[name].gate for name in open_ones - {"sign-out", "second-factor"}} == {"everybody"}


READING = {
    "home",
    "halls",
    "browse",
    "search",
    "guide",
    "guide-revision",
    "guide-prints",
    "guide-notice",
    "print-check",
}
READING |= {"guide-panel", "guide-leaflet", "guide-bring", "blank-form", "filled-sample", "query", "verify"}


def test_reading_and_checking_need_no_sign_in(scene: Scene) -> None:
    """Guide, questions, search, lists, prints, 查进度 and 核验 are open to whoever comes."""
    assert {TABLE[name].gate for name in READING} == {"everybody"}
    visitor = scene.client("anonymous")
    for name in READING:
        which = "own" if TABLE[name].kind else "none"
        assert shown(name, ask(visitor, "GET", scene.address(name, which))) == TABLE[name].get, name


def test_what_one_may_not_see_looks_like_what_is_not_there(scene: Scene) -> None:
    """The page of somebody else's object is, byte for byte, that of a missing one."""
    looked = 0
    for role in ("other", "agent", "outsider", "owner"):
        client = scene.client(role)
        for name, row in TABLE.items():
            for which in ("own", "other"):
                if row.kind not in SIGHT or row.get is None or expected(name, role, "GET", which) != 404:
                    continue
                pages = []
                for address in (scene.address(name, which), scene.address(name, "missing")):
                    response = ask(client, "GET", address)
                    text = getattr(response, "content", b"").decode().replace(address, "ADDRESS")
                    pages.append((response.status_code, re.sub(r'(csrf\w*|X-CSRFToken)"[^>]*', "", text)))
                assert pages[0] == pages[1], f"{name} ({which}) as {role}"
                looked += 1
    assert looked > 20
