"""How dates and counts are written: joined, in Shanghai's day, with the year when it is another."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.template import Context, Template

from foundation.templatetags.portal_text import cn_date, cn_datetime, count, weekday

LATE = datetime(2026, 3, 10, 16, 30, tzinfo=UTC)  # half past midnight of the 11th in Shanghai, a Wednesday


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        yield


def test_dates():
    assert cn_date(date(2026, 3, 11)) == "3\u00a0月\u00a011\u00a0日"
    assert cn_date(date(2027, 1, 5)) == "2027\u00a0年\u00a01\u00a0月\u00a05\u00a0日"
    assert cn_date(None) == cn_datetime(None) == weekday(None) == ""


def test_moments_are_shanghais():
    assert cn_date(LATE) == "3\u00a0月\u00a011\u00a0日"
    assert cn_datetime(LATE) == "3\u00a0月\u00a011\u00a0日 0:30"
    assert weekday(LATE) == weekday(date(2026, 3, 11)) == "周三"


def test_counts_never_part_from_their_unit():
    assert count(26, "份") == "26\u00a0份"


def test_an_icon_is_hidden_from_screen_readers_and_its_name_is_escaped():
    shown = Template('{% load portal_text %}{% icon "lock" "s" %}{% icon name %}').render(Context({"name": '"><b>'}))
    assert 'class="icon icon-s" aria-hidden="true"' in shown
    assert "#lock" in shown
    assert "<b>" not in shown
