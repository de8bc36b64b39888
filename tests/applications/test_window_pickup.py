"""出件 at the window: who comes, the code, each paper ticked; part now and the rest later."""

import pytest
from django.urls import reverse

from applications.models import CasePaper, Delivery
from applications.states import CaseState
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver, deliver_due
from tests.applications.browsing import text_of
from tests.applications.world import accepted_case, decide

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def case(world):
    """张婷's flat, both items granted, two papers to hand over."""
    found = accepted_case(world, "buy-flat")
    decide(world, found, "deed-tax")
    decide(world, found, "transfer")
    deliver_due()
    found.refresh_from_db()
    assert found.state == CaseState.CONCLUDED
    return found


def papers_of(case):
    return list(case.papers.filter(to_hand_over=True).order_by("id").values_list("pk", flat=True))


def give(client, case, papers, **data):
    typed = {"code": case.pickup_code, "collector": "张婷", "relation": "本人", "paper": papers, **data}
    return client.post(reverse("window-pickup", args=[case.number]), typed)


def page_of(client, case):
    return text_of(client.get(reverse("window-pickup", args=[case.number])))


def test_everything_at_once(world, clerk, case):
    page = page_of(clerk, case)
    assert page.count('name="paper"') == 2 and case.pickup_code not in page
    assert "320724********002X" in page and "32072419880315002" not in page.replace(case.number, "")
    assert give(clerk, case, papers_of(case)).url == reverse("window-pickup", args=[case.number])
    case.refresh_from_db()
    assert case.state == CaseState.DELIVERED
    deliver_due()
    page = page_of(clerk, case)
    assert "全部交付了" in page and "张婷领走" in page and "送达回证" in page
    assert not CasePaper.objects.filter(application=case, to_hand_over=True, served_at=None).exists()


@pytest.mark.parametrize(
    ("data", "sentence", "place"),
    [
        ({"code": "000000"}, "取件码不对", "code"),
        ({"code": ""}, "取件码不对", "code"),
        ({"collector": " "}, "请写领取人的姓名", "collector"),
        ({"paper": []}, "请至少勾选一份", "papers"),
    ],
)
def test_a_refusal_stands_at_its_box_and_keeps_the_rest(world, clerk, case, data, sentence, place):
    case.pickup_code = "123456"
    case.save(update_fields=["pickup_code"])
    answer = give(clerk, case, papers_of(case), **{"relation": "受托人"} | data)
    page = text_of(answer)
    assert answer.status_code == 422
    assert f'<a href="#{place}">{sentence}' in page and f'id="{place}"' in page
    assert "<option selected>受托人</option>" in page
    assert page.count(" checked") == len(data.get("paper", papers_of(case)))
    assert not Delivery.objects.exists()


def test_what_is_not_ticked_is_not_given_by_mistake(world, clerk, case):
    answer = give(clerk, case, papers_of(case)[:1])
    assert answer.status_code == 422 and "还有 1 份没勾" in text_of(answer)


def test_part_now_and_the_rest_later(world, clerk, case):
    first, second = papers_of(case)
    assert give(clerk, case, [first], part="1").status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.CONCLUDED
    page = page_of(clerk, case)
    assert "已交 1，还剩 1" in page and page.count('name="paper"') == 1
    assert give(clerk, case, [first], part="1").status_code == 422
    assert give(clerk, case, [second]).status_code == 302
    case.refresh_from_db()
    assert case.state == CaseState.DELIVERED
    assert Delivery.objects.count() == 2


def test_a_paper_that_is_still_being_made_cannot_be_given(world, clerk):
    case = accepted_case(world, "buy-flat")
    decide(world, case, "deed-tax")
    deliver_due()
    decide(world, case, "transfer")
    for row in Outbox.objects.filter(kind="paper", state="pending"):
        deliver(row.pk)  # the paper is entered in the register, and not yet made
    case.refresh_from_db()
    first, second = papers_of(case)
    page = page_of(clerk, case)
    box = page[page.index(f'value="{second}"') :]
    assert " disabled" in box[: box.index(">")] and "正在生成" in page
    answer = give(clerk, case, [first, second])
    assert answer.status_code == 409 and "还在生成" in text_of(answer)
    assert give(clerk, case, [first], part="1").status_code == 302


def test_before_the_end_there_is_nothing_to_give(world, clerk):
    case = accepted_case(world, "buy-flat")
    assert "还不能出件" in page_of(clerk, case)
    answer = give(clerk, case, [1])
    assert answer.status_code == 409 and "没有要领取的" in text_of(answer)


def test_the_sixth_wrong_code_waits(world, clerk, case):
    for _ in range(5):
        assert "取件码不对" in text_of(give(clerk, case, papers_of(case), code=f"{int(case.pickup_code) ^ 1:06d}"))
    answer = give(clerk, case, papers_of(case))
    assert answer.status_code == 422
    assert "取件码错的次数太多了，请等" in text_of(answer)


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40, "\x00", "٣", "长" * 9000])
@pytest.mark.parametrize("box", ["paper", "code", "collector", "relation", "part"])
def test_odd_values_are_never_an_error(world, clerk, case, box, value):
    answer = give(clerk, case, papers_of(case), **{box: value})
    assert answer.status_code in (302, 409, 422)


def test_the_place_of_finished_papers_is_written_down_seen_in_the_list_and_on_the_page(world, clerk, case):
    address = reverse("window-shelf", args=[case.number])
    assert clerk.post(address, {"shelf": " 二号柜 3 层 "}).status_code == 302
    assert "在二号柜 3 层" in text_of(clerk.get(reverse("window-pickups")))
    assert 'value="二号柜 3 层"' in page_of(clerk, case)
    assert case.events.get(kind="shelved").note == "二号柜 3 层"
    give(clerk, case, papers_of(case))
    assert clerk.post(address, {"shelf": "别处"}).status_code == 409
    case.refresh_from_db()
    assert case.shelf == "二号柜 3 层"
