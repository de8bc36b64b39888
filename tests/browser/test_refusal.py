"""不予 in a real browser: one item falls and the rest goes on; an essential one falls, the applicant says go on or stop,
and files again with what is still good (E1, E2)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application, Draft, Task
from applications.operations import review
from applications.prefilling import CARRIED
from matters.published import plan_of
from tests.browser.cases import accepted, actor
from tests.browser.conftest import PHONE, Person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOST, LOOSE = "food-business-licence", "kitchen-waste-filing"  # essential; one that nobody waits for
FACTS = "操作间和库房没有分开，《中华人民共和国食品安全法》第三十三条"


def started() -> Application:
    """张婷's restaurant with its licence granted, so that nothing else waits."""
    case = accepted()
    decide(case.tasks.get(item_code="business-registration"))
    return case


def decide(task: Task) -> None:
    """The department grants it."""
    hand = actor(f"{task.department_id}1")
    review.claim(actor=hand, task_id=task.pk)
    review.decide(actor=hand, task_id=task.pk, verdict="grant", result_number=f"91320724MA{task.pk:08}")


def at_the_task(someone: Callable[..., Person], case: Application, item: str) -> tuple[Person, Page]:
    """Whoever reviews the item, at its page, with the task in hand."""
    task = case.tasks.get(item_code=item)
    person = someone(f"{task.department_id}1")
    person.sign_in(f"{task.department_id}1")
    page = person.go(f"/queue/{task.pk}/")
    page.get_by_role("button", name=re.compile("认领这一件")).click()
    expect(page.locator("details[data-key=b]")).to_be_visible()
    return person, page


def refuse(someone: Callable[..., Person], case: Application, item: str) -> None:
    person, page = at_the_task(someone, case, item)
    fold = page.locator("details[data-key=b]")
    fold.locator("summary").click()
    fold.get_by_role("button", name=re.compile("^确认")).click()
    expect(page.get_by_text("要写明事实和依据").first).to_be_visible()
    fold = page.locator("details[data-key=b]")
    fold.locator("textarea").fill(FACTS)
    fold.get_by_role("button", name=re.compile("^确认")).click()
    expect(page.get_by_text("决定已生效")).to_be_visible()
    person.picture(f"refused-{item}")


def grant_rest(case: Application) -> None:
    """The other departments decide whatever is free, until nothing is left."""
    while task := case.tasks.filter(state="open").order_by("position").first():
        decide(task)


def test_one_item_is_refused_the_rest_is_granted_and_the_citizen_reads_why(someone: Callable[..., Person]):
    case = started()
    refuse(someone, case, LOOSE)
    case.refresh_from_db()
    assert case.state == "accepted", "the rest goes on"
    zhang = someone("zhangting", PHONE)
    zhang.sign_in("zhangting")
    page = zhang.go(f"/my/{case.number}/")
    expect(page.locator("main")).to_contain_text(FACTS)
    zhang.picture("refused-track")
    grant_rest(case)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("concluded", "partly")
    page.reload()
    expect(page.locator("main")).to_contain_text("部分准予")
    zhang.picture("partly-track")


def choose(someone: Callable[..., Person], case: Application, word: str) -> tuple[Person, Page]:
    zhang = someone("zhangting", PHONE)
    zhang.sign_in("zhangting")
    page = zhang.go(f"/my/{case.number}/")
    page.get_by_role("link", name="去选择").click()
    expect(page.get_by_role("heading", name="其余事项还办不办？")).to_be_visible()
    expect(page.locator("main")).to_contain_text(FACTS)
    zhang.picture(f"choose-{word}")
    page.get_by_label(re.compile(word)).check()
    page.get_by_role("button", name="就这样").click()
    page.wait_for_url(re.compile(f"/my/{case.number}/$"))
    return zhang, page


def test_an_essential_item_is_refused_the_applicant_stops_and_files_again_with_what_is_still_good(
    someone: Callable[..., Person],
):
    case = started()
    refuse(someone, case, LOST)
    zhang, page = choose(someone, case, "都撤回")
    case.refresh_from_db()
    assert (case.state, case.choice_made) == ("concluded", "stop")
    expect(page.get_by_role("heading", name="没有办成的，可以再办一次")).to_be_visible()
    zhang.picture("stopped-track")
    page.get_by_role("button", name=re.compile("再办一次")).click()
    page.wait_for_url(re.compile("/drafts/"))
    draft = Draft.objects.latest("updated_at")
    fields = plan_of(case.revision_id).fields
    carried = {code for code, value in case.form.items() if value and fields[code].type in CARRIED}
    kept = {code for code in carried if draft.form.get(code) == case.form[code]}
    assert draft.answers == case.answers
    assert carried - kept <= {code for code in carried if fields[code].prefill.startswith("profile.")}
    zhang.picture("again")


def test_an_essential_item_is_refused_and_the_applicant_goes_on_with_the_rest(someone: Callable[..., Person]):
    case = started()
    refuse(someone, case, LOST)
    open_before = case.tasks.filter(state="open").count()
    assert open_before, "something is left to go on with"
    choose(someone, case, "继续办这几项")
    grant_rest(case)
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("concluded", "partly")
