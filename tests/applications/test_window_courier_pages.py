"""The pages of originals: bagging at the case, the list with the scanner's field, both sides, what is late."""

import pytest
import time_machine
from django.urls import reverse

from applications.models import Bundle, Courier
from applications.operations import couriers, withdrawal
from foundation.outbox.operations import deliver_due
from tests.applications.browsing import sign_in, text_of
from tests.applications.custody import bagged, on_the_road, originals_of, town_clerk
from tests.applications.world import file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
SCANNER = {"HX-Request": "true"}


def scan(client, courier, code):
    return client.post(reverse("courier", args=[courier.pk]), {"do": "scan", "code": code}, headers=SCANNER)


def test_a_clerk_bags_two_originals_prints_the_label_and_sees_where_they_are(world):
    town_clerk(world)
    case, client = file_case(world), sign_in(world, "xumei")
    client.post(reverse("window-receive", args=[case.number]))
    first = originals_of(case)[0]
    answer = client.post(
        reverse("window-originals-keep", args=[case.number]), {"original": [first], f"pieces.{first}": "2"}, follow=True
    )
    bundle = Bundle.objects.get()
    assert f"材料袋 {bundle.code}" in text_of(answer) and "2 件" in text_of(answer).replace("\u00a0", " ")
    page = client.get(reverse("window-case", args=[case.number]))
    assert "原件：在李集镇便民服务中心 2 号窗口" in text_of(page)
    label = client.get(reverse("window-bag-label", args=[case.number, bundle.code]))
    assert bundle.code in text_of(label) and b'src="data:image/svg' in label.content
    answer = client.post(reverse("window-originals-back", args=[case.number]), {"code": bundle.code}, follow=True)
    assert "已退还申请人" in text_of(answer)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [({}, "请勾选"), ({"original": ["moon"]}, "不交原件"), ({"original": ["x"], "pieces.x": "a"}, "件数")],
)
def test_what_was_ticked_wrongly_is_said_beside_the_papers(world, pieces, said):
    case, client = file_case(world), sign_in(world, "limin")
    client.post(reverse("window-receive", args=[case.number]))
    answer = client.post(reverse("window-originals-keep", args=[case.number]), pieces)
    assert answer.status_code == 422 and said in text_of(answer)
    assert not Bundle.objects.exists()


def test_from_the_town_to_the_county_with_a_scanner(world):
    bundle, other = bagged(world), bagged(world)
    town, county = sign_in(world, "xumei"), sign_in(world, "limin")
    opened = town.post(reverse("couriers"), {"to": "hall:county", "carrier": "邮政 孙师傅"})
    courier = Courier.objects.get()
    assert opened.url == reverse("courier", args=[courier.pk])
    assert "上单" in text_of(scan(town, courier, bundle.code))
    again = scan(town, courier, bundle.code)
    assert again.status_code == 409 and "已经扫到这张单" in text_of(again) and b'data-heard="no"' in again.content
    assert "不是袋号" in text_of(scan(town, courier, "6901234567892"))
    scan(town, courier, other.code)
    sent = town.post(reverse("courier", args=[courier.pk]), {"do": "send"}, follow=True)
    assert "已交给邮政 孙师傅" in text_of(sent)
    assert town.get(reverse("courier-paper", args=[courier.pk])).status_code == 404
    for _ in range(2):
        deliver_due()
    assert town.get(reverse("courier-paper", args=[courier.pk])).headers["Content-Type"] == "application/pdf"
    assert "交接单 0001" in text_of(county.get(reverse("couriers") + "?show=road"))
    assert "收到" in text_of(scan(county, courier, bundle.code))
    done = county.post(reverse("courier", args=[courier.pk]), {"do": "receive"}, follow=True)
    assert "没有到" in text_of(done)
    page = town.get(reverse("couriers") + "?show=open")
    assert "少 1 袋" in text_of(page).replace("\u00a0", " ")
    line = courier.lines.get(bundle=other)
    told = county.post(
        reverse("courier", args=[courier.pk]), {"do": "settle", "line": line.pk, "words": "车上找到，下午送"}
    )
    assert told.status_code == 302
    assert "李敏：车上找到" in text_of(town.get(reverse("courier", args=[courier.pk])))


def test_a_department_receives_at_its_own_page_and_sees_no_others_lists(world):
    bundle = bagged(world)
    courier = on_the_road(world, bundle, to="department:market")
    market, fire = sign_in(world, "market1"), sign_in(world, "fire1")
    assert "交接单 0001" in text_of(market.get(reverse("couriers")))
    assert "交接单 0001" not in text_of(fire.get(reverse("couriers")))
    assert fire.get(reverse("courier", args=[courier.pk])).status_code == 404
    assert "收到" in text_of(scan(market, courier, bundle.code))
    back = market.post(reverse("couriers"), {"from": "market", "to": "hall:county", "carrier": "赵强"})
    assert back.status_code == 302
    assert "上单" in text_of(scan(market, Courier.objects.first(), bundle.code))


def test_a_late_courier_stands_on_the_workbench_of_both_sides(world):
    on_the_road(world, bagged(world))
    with time_machine.travel("2026-03-04 09:00 +0800", tick=False):
        for account in ("limin", "xumei"):
            assert "交接单还没送到" in text_of(sign_in(world, account).get(reverse("window")))
    assert couriers.late(world.clerk, 5) == []


def test_older_lists_follow_page_by_page(world):
    town = town_clerk(world)
    for _ in range(42):
        couriers.open_list(actor=town, to="hall:county", carrier="孙师傅")
    client = sign_in(world, "xumei")
    first = text_of(client.get(reverse("couriers")))
    assert "交接单 0042" in first and "交接单 0002" not in first
    last = Courier.objects.get(serial=3)
    older = text_of(client.get(reverse("couriers") + f"?before={last.pk}"))
    assert "交接单 0002" in older and "交接单 0003" not in older
    assert client.get(reverse("couriers") + "?before=" + "9" * 40).status_code == 200


def test_when_a_case_is_over_the_window_is_told_to_give_the_originals_back(world):
    bundle = bagged(world)
    number = bundle.application.number
    client = sign_in(world, "xumei")
    assert "要退还申请人" not in text_of(client.get(reverse("window-case", args=[number])))
    withdrawal.withdraw(actor=world.zhang, number=number)
    assert "要退还申请人" in text_of(client.get(reverse("window-case", args=[number])))
    client.post(reverse("window-originals-back", args=[number]), {"code": bundle.code})
    assert "要退还申请人" not in text_of(client.get(reverse("window-case", args=[number])))
