"""市县联办: the county's three matters with a city department, from the window of the county to the city's decision."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from applications.models import Application
from departments.models import Level
from tests.browser.cases import accepted
from tests.browser.conftest import Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# Matter → answers under which it goes up to the city.
MATTERS: list[tuple[str, dict[str, str]]] = [
    ("open-travel-agency", {}),
    ("start-packaging-printing", {"ink": "exempt"}),
    ("open-car-rental-company", {}),
]


def decide_in_turn(case: Application, someone: Callable[..., Person]) -> list[tuple[str, str]]:
    """Whoever's decision is free decides on their own page, until the case is concluded. Level and state, in order."""
    people: dict[str, Person] = {}
    order: list[tuple[str, str]] = []
    while task := case.tasks.select_related("department").filter(state="open").order_by("position").first():
        account = f"{task.department_id}1"
        if account not in people:
            people[account] = someone(account)
            people[account].sign_in(account)
        page = people[account].go(f"/queue/{task.pk}/")
        page.get_by_role("button", name=re.compile("认领这一件")).click()
        fold = page.locator("details[data-key=a]")
        expect(fold).to_be_visible()
        issued = page.locator("#issued_number")
        if task.department.level == Level.CITY:
            people[account].picture(f"city-{case.matter_id}")
            issued.fill(f"连市批〔2026〕{task.pk} 号")
        else:
            expect(issued).to_have_count(0)
        fold.locator("summary").click()
        number = page.locator("#result_number")
        if number.count():
            number.fill(f"91320724MA{task.pk:08}")
        fold.get_by_role("button", name=re.compile("^确认")).click()
        page.wait_for_load_state("networkidle")
        task.refresh_from_db()
        order.append((task.department.level, task.state))
    return order


@pytest.mark.parametrize(("matter", "answers"), MATTERS)
def test_county_and_city_in_one_case_with_one_date_for_the_citizen(
    someone: Callable[..., Person], matter: str, answers: dict[str, str]
):
    case = accepted(matter, **answers)
    promised = case.promised_due
    order = decide_in_turn(case, someone)
    case.refresh_from_db()
    assert case.state == "concluded" and case.outcome == "granted" and case.promised_due == promised
    levels = [level for level, _ in order]
    assert levels.index(Level.CITY) > 0, "the county comes first"
    city = case.tasks.get(department__level=Level.CITY, decision_number__startswith="连市批")
    citizen = someone("zhangting")
    citizen.sign_in("zhangting")
    page = citizen.go(f"/my/{case.number}/")
    expect(page.locator("main")).to_contain_text(city.item_name)
    citizen.picture(f"city-track-{matter}")
