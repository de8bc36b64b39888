"""停电断网 on the pages: a pad printed, the desk sends to the second person, who makes the case; search and 查进度 find it."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.models import Application, PaperReceipt
from applications.operations import outage
from departments.models import Hall, Post
from tests.applications.browsing import sign_in
from tests.applications.test_outage import TAKEN_IN, entered, pad, second, typed
from tests.applications.world import World
from tests.matters.pdf_text import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_next_morning() -> Iterator[None]:
    with time_machine.travel("2026-03-03 09:00 +0800", tick=False):
        yield


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def on_paper(number: str, day: str = "2026-03-02", clock: str = "15:10") -> dict[str, str]:
    return {"paper_number": number, "received_day": day, "received_clock": clock, "on_paper": "1"}


def case_of(world: World, number: str) -> Application:
    entered(world, number)
    return outage.confirm(actor=second(world), number=number)


def test_a_hall_takes_a_pad_and_prints_its_numbers_with_their_codes(world: World, clerk: Client) -> None:
    assert clerk.post(reverse("window-outage"), {"do": "issue", "size": "25"}).status_code == 302
    rows = list(PaperReceipt.objects.all())
    said = page(clerk, "window-outage")
    assert f"{rows[0].number}—{rows[-1].number}" in said and "没用 25" in said
    sheet = clerk.get(reverse("window-outage-pad", args=[rows[0].block_id]))
    words = text_of(sheet.content)
    assert sheet["Content-Type"] == "application/pdf"
    assert all(row.number in words and row.query_code in words for row in (rows[0], rows[-1]))
    assert "灌南县政务服务中心" in words


def test_another_hall_does_not_print_this_one_s_codes(world: World) -> None:
    pad(world)
    Hall.objects.create(code="beichenji", name="北陈集镇便民服务中心")
    Post.objects.filter(user=world.users["chenjing"]).update(hall_id="beichenji")
    town = sign_in(world, "chenjing")
    block = PaperReceipt.objects.first()
    assert block is not None
    assert town.get(reverse("window-outage-pad", args=[block.block_id])).status_code == 404
    assert "没有领过" in page(town, "window-outage")


def test_from_the_desk_to_the_second_person_to_the_case(world: World, clerk: Client) -> None:
    number, *_ = pad(world)
    draft = typed(world)
    desk = reverse("window-desk", args=[draft.pk])
    assert "停电断网时纸上收的" in page(clerk, "window-desk", draft.pk)
    sent = clerk.post(desk, {**draft.form, "version": draft.version, **on_paper(number)})
    assert (sent.status_code, sent["Location"]) == (302, reverse("window-outage"))
    assert number in page(clerk, "window-outage")
    assert "请另一位窗口人员来复核" in page(clerk, "window-outage-receipt", number)
    other = sign_in(world, "chenjing")
    compared = page(other, "window-outage-receipt", number)
    assert "灌河面馆" in compared and "15:10" in compared and "和纸上一样，建件" in compared
    made = other.post(reverse("window-outage-receipt", args=[number]), {"confirm": "1"})
    case = Application.objects.get()
    assert made["Location"] == reverse("window-case", args=[case.number])
    assert number in page(other, "window-case", case.number)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"paper_number": "P2600001A"}, "9 位"),
        ({"received_clock": ""}, "几点几分"),
        ({"received_day": "2026-03-01"}, "早于"),
        ({"received_day": "9999-12-31"}, "几点几分"),
    ],
)
def test_what_was_typed_of_the_paper_stays_and_is_told(
    world: World, clerk: Client, change: dict[str, str], says: str
) -> None:
    number, *_ = pad(world)
    draft = typed(world)
    sent = {**draft.form, "version": draft.version, **on_paper(number), **change}
    answer = clerk.post(reverse("window-desk", args=[draft.pk]), sent)
    said = answer.content.decode()
    assert answer.status_code == 422 and says in said
    assert f'value="{sent["paper_number"]}"' in said and "灌河面馆" in said


def test_the_second_person_gives_back_with_a_word_that_the_desk_shows(world: World, clerk: Client) -> None:
    number, *_ = pad(world)
    draft = entered(world, number).draft
    assert draft is not None
    other, address = sign_in(world, "chenjing"), reverse("window-outage-receipt", args=[number])
    assert other.post(address, {"back": "1", "note": ""}).status_code == 422
    assert other.post(address, {"back": "1", "note": "面积是 32 平方米"}).status_code == 302
    assert "面积是 32 平方米" in page(clerk, "window-desk", draft.pk)
    assert "退回了" in page(clerk, "window-outage")


def test_who_entered_it_is_refused_with_a_sentence(world: World, clerk: Client) -> None:
    number, *_ = pad(world)
    entered(world, number)
    answer = clerk.post(reverse("window-outage-receipt", args=[number]), {"confirm": "1"})
    assert answer.status_code == 403 and "两个人" in answer.content.decode()


def test_the_same_on_the_same_place_wants_a_reason_from_the_second_person(world: World) -> None:
    first, then, *_ = pad(world)
    case_of(world, first)
    entered(world, then)
    other, address = sign_in(world, "chenjing"), reverse("window-outage-receipt", args=[then])
    refused = other.post(address, {"confirm": "1"})
    assert refused.status_code == 422 and "为什么另办一件" in refused.content.decode()
    assert other.post(address, {"confirm": "1", "duplicate": "两家店"}).status_code == 302


@pytest.mark.parametrize("cut", [0, 4])
def test_the_window_finds_it_by_the_number_on_the_paper(world: World, clerk: Client, cut: int) -> None:
    number, *_ = pad(world)
    case = case_of(world, number)
    text = f"{number[:cut]} {number[cut:]}"
    found = clerk.post(reverse("window-find"), {"q": text.lower()}, follow=True)
    assert found.redirect_chain[-1][0] == reverse("window-case", args=[case.number])


def test_the_applicant_finds_it_by_paper_number_and_the_code_they_took_home(world: World, client: Client) -> None:
    number, thrown, *_ = pad(world)
    codes = {row.number: row.query_code for row in PaperReceipt.objects.all()}

    def asked(which: str, code: str) -> str:
        return client.post(reverse("query"), {"number": which, "code": code}).content.decode()

    assert "窗口还没有补录好" in asked(number, codes[number])
    assert "编号和查询码不对应" in asked(number, codes[thrown])
    outage.spoil(actor=world.clerk, number=thrown, reason="撕了")
    assert "作废" in asked(thrown, codes[thrown])
    case = case_of(world, number)
    said = asked(number, codes[number])
    assert case.number in said and number in said
    assert case.number in asked(case.number, codes[number])


def test_the_supervisor_sees_the_gaps(world: World) -> None:
    missing, used, *_ = pad(world)
    outage.enter(actor=world.clerk, draft_id=typed(world).pk, number=used, received_at=TAKEN_IN)
    said = page(sign_in(world, "zhoutao"), "supervise-outage")
    assert missing in said and "等复核的" in said


def test_a_spoiled_sheet_needs_a_reason_and_what_was_typed_stays(world: World, clerk: Client) -> None:
    number, *_ = pad(world)
    answer = clerk.post(reverse("window-outage"), {"do": "spoil", "paper_number": number, "reason": ""})
    assert answer.status_code == 422 and f'value="{number}"' in answer.content.decode()
    assert (
        clerk.post(reverse("window-outage"), {"do": "spoil", "paper_number": number, "reason": "撕了"}).status_code
        == 302
    )
    assert "作废 1" in page(clerk, "window-outage")


def test_a_number_that_nobody_gave_out_is_not_there(clerk: Client) -> None:
    for address in (reverse("window-outage-receipt", args=["P2600001X"]), reverse("window-outage-pad", args=[10**18])):
        assert clerk.get(address).status_code == 404
