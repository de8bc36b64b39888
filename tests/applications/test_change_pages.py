"""The pages of 改情形: what changes is shown before it is done, the new fields are asked for, the tick is needed."""

import pytest
from django.urls import reverse

from applications.models import Application
from tests.applications.browsing import text_of
from tests.applications.world import accepted_case, file_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world, on_monday):
    return file_case(world, answers={"scale": "small"})


def url_of(case):
    return reverse("change-answers", args=[case.number])


def test_first_the_questions_then_what_changes(case, zhang):
    first = text_of(zhang.get(url_of(case)))
    assert "看有什么变化" in first
    assert "确认改情形" not in first
    second = text_of(zhang.get(url_of(case), {"scale": "large"}))
    assert "改成这样，对吗" in second
    assert "装修竣工证明" in second
    assert "窗口 5 个工作日内答复受理不受理，从今天重新算" in second.replace("\u00a0", " ")


def test_it_is_done_only_with_the_tick_and_what_was_chosen_stays(case, zhang):
    answer = zhang.post(url_of(case), {"scale": "large"})
    assert answer.status_code == 422
    assert "请看过新的一次性告知单" in text_of(answer)
    assert "改成这样，对吗" in text_of(answer)
    assert Application.objects.get(pk=case.pk).answers == {"scale": "small"}
    done = zhang.post(url_of(case), {"scale": "large", "sure": "yes"}, follow=True)
    assert "情形改好了" in text_of(done)
    assert Application.objects.get(pk=case.pk).answers == {"scale": "large"}


def test_the_panel_follows_the_choice_before_anything_is_sent(case, zhang):
    part = zhang.get(url_of(case), {"scale": "large"}, headers={"HX-Request": "true"})
    assert "多出来" in text_of(part)
    assert "<html" not in part.content.decode()


def test_the_accepted_case_says_what_happens_to_its_items(world, on_monday, zhang):
    case = accepted_case(world)
    page = text_of(zhang.get(url_of(case), {"scale": "small"}))
    assert "终止办理通知书" in page


def test_the_window_takes_in_what_was_added(world, on_monday, zhang, clerk):
    case = accepted_case(world, answers={"scale": "small"})
    zhang.post(url_of(case), {"scale": "large", "sure": "yes"})
    bench = text_of(clerk.get(reverse("window")))
    assert "新增事项" in bench
    page = text_of(clerk.get(reverse("window-case", args=[case.number])))
    assert "申请人改了情形，新增 1" in page.replace("\u00a0", " ")
    check = reverse("window-check-material", args=[case.number])
    assert clerk.post(check, {"material": "fit-out-proof", "state": "received"}).status_code == 302
    clerk.post(reverse("window-accept", args=[case.number]))
    assert case.tasks.get(item_code="fire-check").state == "open"
    track = text_of(zhang.get(reverse("track", args=[case.number])))
    assert "受理新增事项" in track


def test_a_case_that_is_over_sends_back_to_its_page(world, on_monday, zhang):
    case = file_case(world)
    zhang.post(reverse("withdraw", args=[case.number]), {"sure": "yes"})
    assert zhang.get(url_of(case)).url == reverse("track", args=[case.number])
