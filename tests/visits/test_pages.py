"""The pages of visits, asked for as people do: booking with and without an account, kiosk, screen, counter, figures."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.access import VISITOR
from foundation.notices.adapters import DEMO_MESSAGES
from tests.applications.browsing import sign_in
from tests.visits.hall import HALL
from visits.models import Booking, HallQueue, Ticket
from visits.operations import attend
from visits.operations.tickets import take_ticket
from visits.own_data import bookings_of

SLOT = "2026-03-03T10:00"
BOOK = f"/visits/book/?hall={HALL}&slot={SLOT}&matter=noodle-shop"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def kiosk(world, clock) -> Client:
    """A touch screen in the hall, set up by 李敏, who is signed out of it by that."""
    client = sign_in(world, "limin")
    assert client.post("/window/tickets/kiosk/", {"do": "set-up"}).url == f"/halls/{HALL}/kiosk/"
    assert client.get("/window/").status_code == 302
    return client


def test_with_an_account_three_choices_and_one_press(world, clock):
    client = sign_in(world, "zhangting")
    assert "灌南县政务服务中心" in text(client.get("/visits/book/?matter=noodle-shop"))
    days = text(client.get(f"/visits/book/?hall={HALL}"))
    assert "3/3" in days and "3/7" not in days  # Saturday
    page = text(client.get(BOOK))
    assert "约这个时间" in page and "138****0018" in page
    response = client.post(BOOK, {"name": "张婷", "people": "2"})
    booking = Booking.objects.get()
    assert response.url == f"/visits/b/{booking.token}/"
    page = text(Client().get(response.url))
    assert booking.code in page and "9:30 到 10:15 之间" in page and "张婷" not in page and "1380" not in page
    assert booking.code in text(client.get("/visits/"))


def test_without_an_account_a_code_proves_the_phone(world, clock):
    client = Client()
    first = client.get(BOOK)
    assert "确认手机号" in text(first)
    ask = re.search(r'href="(/visits/phone/[^"]+)"', first.content.decode()).group(1).replace("&amp;", "&")
    assert client.post(ask, {"phone": "12"}).status_code == 422
    enter = client.post(ask, {"phone": "13912345678"}).url
    code = re.search(r"验证码 (\d{6})", cache.get(DEMO_MESSAGES)[0]["text"]).group(1)
    back = client.post(enter, {"code": code}).url
    assert back.startswith("/visits/book/") and "13912345678" not in back
    assert client.post(back, {"name": "", "people": "1"}).status_code == 422
    made = client.post(back, {"name": "王五", "people": "1"})
    booking = Booking.objects.get()
    assert made.url.endswith(f"/{booking.token}/") and booking.user_id is None
    assert booking.code in text(client.get("/visits/"))
    assert booking.code not in text(Client().get("/visits/"))
    clock.shift(31 * 60)
    assert booking.code not in text(client.get("/visits/"))


def test_moving_and_cancelling_on_the_page(world, clock):
    client = sign_in(world, "zhangting")
    page = client.post(BOOK, {"name": "张婷", "people": "1"}).url
    assert client.post(f"{page}move/", {"slot": "nonsense"}).status_code == 422
    assert client.post(f"{page}move/", {"slot": SLOT}).status_code == 422
    assert client.post(f"{page}move/", {"slot": "2026-03-04T09:00"}).url == page
    assert "3&nbsp;月" in client.get(page).content.decode() or "3 月 4 日 9:00" in text(client.get(page)).replace(
        "\u00a0", " "
    )
    assert client.post(f"{page}cancel/").url == page
    assert "已取消" in text(client.get(page))
    assert client.post(f"{page}cancel/").status_code == 409


def test_bookings_are_in_the_copy_of_ones_own_data_and_of_nobody_else(world, clock):
    booked = sign_in(world, "zhangting")
    booked.post(BOOK, {"name": "张婷", "people": "1"})
    assert [one["手机"] for one in bookings_of(world.zhang)] == ["13800000018"]
    Booking.objects.update(user=None)  # made without an account: nobody's by account
    assert bookings_of(world.stranger) == [] == bookings_of(VISITOR)
    assert "我的预约" in text(booked.get("/my/data/"))


@pytest.mark.parametrize(
    "query",
    ["hall=nowhere", "hall=county&day=gibberish", "hall=county&slot=2026-99-99T99:99", "matter=nowhere", "hall=%00"],
)
def test_odd_addresses_show_the_choice_again(world, clock, query):
    assert Client().get(f"/visits/book/?{query}").status_code == 200


def test_a_kiosk_gives_tickets_and_its_page_names_nobody(kiosk, world, clock):
    assert "优先取号" in text(kiosk.get(f"/halls/{HALL}/kiosk/"))
    response = kiosk.post(f"/halls/{HALL}/kiosk/", {"take": "ordinary"})
    page = kiosk.get(response.url)
    assert "A001" in text(page) and "data:image/svg" in page.content.decode()
    assert kiosk.post(f"/halls/{HALL}/kiosk/", {"take": "code", "code": "1"}).status_code == 422
    assert Client().post(f"/halls/{HALL}/kiosk/", {"take": "ordinary"}).status_code == 403
    HallQueue.objects.update(kiosk_number=2)
    assert kiosk.post(f"/halls/{HALL}/kiosk/", {"take": "ordinary"}).status_code == 403


def test_a_ticket_tells_how_many_are_before_and_asks_again_for_nothing(world, clock):
    tickets = [take_ticket(actor=world.clerk, hall=HALL) for _ in range(3)]
    phone = Client()
    address = f"/visits/t/{tickets[2].token}/"
    page = text(phone.get(address)).replace("\u00a0", " ")
    assert "A003" in page and "2 位" in page and "40 分钟" in page
    part = phone.get(address, headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": part["ETag"]}
    with CaptureQueriesContext(connection) as context:
        assert phone.get(address, headers=again).status_code == 304
    assert len(context.captured_queries) == 2
    attend.call_next(actor=world.clerk)
    changed = phone.get(address, headers=again)
    assert changed.status_code == 200 and "1 位" in text(changed).replace("\u00a0", " ")
    phone.post(f"{address}leave/")
    assert "不等了" in text(phone.get(address))


def test_the_screen_shows_numbers_and_counters_alone(world, clock):
    take_ticket(actor=world.clerk, hall=HALL, matter="noodle-shop")
    screen = Client()
    attend.call_next(actor=world.clerk)
    page = text(screen.get(f"/halls/{HALL}/screen/"))
    assert "A001" in page and "请到 3 号窗口" in page and "面馆" not in page and "李敏" not in page
    part = screen.get(f"/halls/{HALL}/screen/calls/")
    again = screen.get(f"/halls/{HALL}/screen/calls/", headers={"If-None-Match": part["ETag"]})
    assert again.status_code == 304
    attend.call_again(actor=world.clerk, ticket_id=Ticket.objects.get().pk)
    assert screen.get(f"/halls/{HALL}/screen/calls/", headers={"If-None-Match": part["ETag"]}).status_code == 200


def test_the_counter_from_call_to_finish_and_what_is_refused(world, clock):
    client = sign_in(world, "limin")
    assert client.post("/window/tickets/call/").status_code == 422
    client.post("/window/tickets/take/", {"take": "priority"})
    ticket = Ticket.objects.get()
    panel = client.post("/window/tickets/call/", headers={"HX-Request": "true"})
    assert "C001" in text(panel) and "<html" not in panel.content.decode()
    assert client.post(f"/window/tickets/{ticket.pk}/miss/").status_code == 422
    assert client.post(f"/window/tickets/{ticket.pk}/start/").status_code == 302
    assert client.post(f"/window/tickets/{ticket.pk}/finish/", {"note": "已收件"}).status_code == 302
    assert Ticket.objects.get().note == "已收件"
    assert client.post(f"/window/tickets/{ticket.pk}/fly/").status_code == 404
    assert client.post("/window/tickets/999999/start/").status_code == 404


def test_the_pages_ask_no_more_with_a_full_hall(world, clock):
    client, supervisor = sign_in(world, "limin"), sign_in(world, "zhoutao")
    pages = ((client, "/window/tickets/"), (client, "/window/tickets/line/"), (supervisor, "/supervise/visits/"))

    def queries() -> list[int]:
        found = []
        for who, address in pages:
            with CaptureQueriesContext(connection) as context:
                assert who.get(address).status_code == 200
            found.append(len(context.captured_queries))
        return found

    take_ticket(actor=world.clerk, hall=HALL, matter="noodle-shop")
    one = queries()
    for _ in range(30):
        take_ticket(actor=world.clerk, hall=HALL, matter="noodle-shop")
    assert queries() == one
    print(one)


def test_the_supervisor_sees_the_day_of_each_hall(world, clock):
    for _ in range(3):
        take_ticket(actor=world.clerk, hall=HALL)
    clock.shift(12 * 60)
    attend.call_next(actor=world.clerk)
    page = text(sign_in(world, "zhoutao").get("/supervise/visits/")).replace("\u00a0", " ")
    assert "灌南县政务服务中心" in page and "2 位" in page and "12 分钟" in page


def test_guide_hall_and_privacy_lead_here(world, clock):
    client = Client()
    assert "/visits/book/?matter=noodle-shop" in client.get("/matters/noodle-shop/").content.decode()
    assert f"/visits/book/?hall={HALL}" in client.get(f"/halls/{HALL}/").content.decode()
    assert "预约去大厅" in text(client.get("/privacy/"))
