"""凭编号和查询码查进度: the receipt opens the progress, nothing else does, and guessing gets slow."""

import io

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications import slips
from applications.lookup import NOT_FOUND
from foundation import throttle
from tests.applications.browsing import text_of
from tests.applications.world import accepted_case, file_case

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture(autouse=True)
def _fresh_local_counters(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # counts in this process, so that no test sees another's tries
    throttle.local.clear()
    yield
    throttle.local.clear()


def ask(case, code, number=None):
    return Client().post(reverse("query"), {"number": number or case.number, "code": code})


def test_number_and_code_show_every_department_without_a_sign_in(world, on_monday):
    case = accepted_case(world)
    answer = ask(case, case.query_code)
    assert answer.status_code == 200
    page = text_of(answer)
    for task in case.tasks.select_related("department"):
        assert task.item_name in page
        assert task.department.short_name in page
    assert "预计全部办好" in page
    assert "no-store" in answer["Cache-Control"]


def test_nobodys_name_number_or_form_is_shown(world, on_monday):
    case = accepted_case(world)
    page = ask(case, case.query_code).content.decode()
    for secret in (case.title, case.applicant.name, case.query_code, case.applicant.phone):
        assert not secret or secret not in page
    assert "/files/" not in page
    assert "/papers/" not in page


@pytest.mark.parametrize(
    "typed", [lambda c: c.lower(), lambda c: f" {c[:4]}-{c[4:]} ", lambda c: "".join(chr(ord(x) + 0xFEE0) for x in c)]
)
def test_the_code_may_be_typed_small_in_parts_or_full_width(world, on_monday, typed):
    case = file_case(world)
    assert ask(case, typed(case.query_code)).status_code == 200


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(world, on_monday):
    case = file_case(world)
    wrong_code = ask(case, "22222222")
    wrong_number = ask(case, case.query_code, number="32072420260302Y99999X")
    assert wrong_code.status_code == wrong_number.status_code == 422
    assert NOT_FOUND in text_of(wrong_code)
    assert NOT_FOUND in text_of(wrong_number)


@pytest.mark.parametrize(("number", "code"), [("", "ABCD2345"), ("32072420260302Y00001X", ""), ("\x00", "\x00")])
def test_an_empty_box_is_no_guess(world, number, code):
    for _ in range(10):
        answer = Client().post(reverse("query"), {"number": number, "code": code})
        assert answer.status_code == 422
        assert "都填上" in text_of(answer)


def test_the_sixth_try_has_to_wait_and_the_right_code_with_it(world):
    with time_machine.travel(MONDAY, tick=False) as clock:
        case = file_case(world)
        for _ in range(6):
            assert NOT_FOUND in text_of(ask(case, "22222222"))
        assert "试的次数太多了" in text_of(ask(case, case.query_code))
        clock.shift(40)
        assert ask(case, case.query_code).status_code == 200


def test_the_qr_code_carries_number_and_code_where_no_server_sees_them(world, on_monday):
    case = file_case(world)
    path, _, fragment = slips.query_address(case).partition("#")
    assert path.endswith("/query/")
    assert fragment == f"{case.number}.{case.query_code}"


def test_the_receipt_can_be_printed_and_is_one_page(world, zhang):
    case = file_case(world)  # by the real clock, which knows microseconds
    answer = zhang.get(reverse("receipt-print", args=[case.number]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == slips.receipt(case)
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 1
