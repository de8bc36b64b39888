"""Notices: once each, through a real gateway on this machine, and nothing personal in clear where it need not be."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from foundation.notices import adapters
from foundation.notices.models import Notice
from foundation.notices.operations import mark_read, notify
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import deliver, deliver_due
from tests.applications.race.threads import at_once

PHONE, ID_NUMBER = "13800000018", "32072419880315002X"
WORDS = {"title": "材料要补正", "body": f"身份证{ID_NUMBER}看不清，可打{PHONE}问。", "link": "/my/"}
pytestmark = pytest.mark.django_db


class Gateway(ThreadingHTTPServer):
    """A gateway that sends one message per idempotency key, as providers promise, and answers what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.answers: list[int] = []
        self.heard: list[tuple[dict[str, str], dict[str, str]]] = []
        self.sent: dict[str, dict[str, str]] = {}


class Door(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((dict(self.headers), said))
        answer = self.server.answers.pop(0) if self.server.answers else 202
        if answer == 0:  # hangs up without a word, although it has taken the message
            self.server.sent.setdefault(self.headers["Idempotency-Key"], said)
            return
        if answer < 300:
            self.server.sent.setdefault(self.headers["Idempotency-Key"], said)
        self.send_response(answer)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(f"refused for {said['phone']}".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        settings.SMS_ADAPTER = "foundation.notices.adapters.gateway"
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send?app=portal"
        settings.SMS_GATEWAY_TOKEN = "secret-token"
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def zhang():
    return User.objects.create(username="zhangting", name="张婷").pk


def tell(zhang, phone=PHONE, dedupe="case:1:correction"):
    notify(recipient_id=zhang, phone=phone, dedupe=dedupe, **WORDS)


def test_inbox_and_text_message_once_each(zhang, gateway):
    tell(zhang)
    tell(zhang)
    assert sorted(Notice.objects.values_list("channel", flat=True)) == ["inbox", "sms"]
    assert deliver_due() == 1
    tell(zhang)
    assert deliver_due() == 0
    ((headers, said),) = gateway.heard
    assert said == {"phone": PHONE, "text": Notice.objects.get(channel="sms").body}
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["Idempotency-Key"] == "case:1:correction:sms"
    assert Notice.objects.filter(sent_at=None).count() == 0


def test_who_has_only_one_channel_gets_only_that(zhang):
    tell(zhang, phone="")
    tell(None, dedupe="case:2:correction")
    tell(None, phone="", dedupe="case:3:correction")
    assert list(Notice.objects.order_by("id").values_list("recipient", "channel")) == [(zhang, "inbox"), (None, "sms")]
    assert Outbox.objects.count() == 1


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 401, 429, 500, 503])
def test_a_refusing_gateway_is_asked_again_later_and_quoted_nowhere(zhang, gateway, answer, caplog):
    gateway.answers = [answer]
    tell(zhang)
    assert deliver_due() == 0
    row = Outbox.objects.get()
    assert (row.state, row.last_error) == (State.PENDING, f"GatewayError: the SMS gateway answered {answer}")
    assert PHONE not in caplog.text
    Outbox.objects.update(due_at=timezone.now())
    assert (deliver_due(), len(gateway.sent)) == (1, 1)


def test_an_answer_that_got_lost_sends_no_second_message(zhang, gateway):
    gateway.answers = [0]
    tell(zhang)
    assert deliver_due() == 0
    Outbox.objects.update(due_at=timezone.now())
    assert deliver_due() == 1
    assert (len(gateway.heard), len(gateway.sent)) == (2, 1)


def test_a_gateway_that_is_away_raises_and_says_nothing_personal(zhang, gateway, settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:1/"
    with pytest.raises(OSError) as problem:
        adapters.gateway(phone=PHONE, text="您好", key="k")
    assert PHONE not in str(problem.value)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message(zhang, gateway):
    tell(zhang)
    row = Outbox.objects.get().pk
    assert sorted(at_once([lambda: deliver(row)] * 6)) == ["busy"] * 5 + ["done"]
    assert len(gateway.heard) == 1


def test_nothing_personal_stands_in_clear(zhang, caplog):
    caplog.set_level(logging.DEBUG)
    tell(zhang)
    deliver_due()
    assert "138****0018" in caplog.text
    kept = caplog.text
    with connection.cursor() as cursor:
        for rows in ("SELECT t::text FROM notices_notice t", "SELECT t::text FROM outbox_outbox t"):
            cursor.execute(rows)
            kept += str(cursor.fetchall())
    assert PHONE not in kept
    assert ID_NUMBER not in kept
    assert Notice.objects.get(channel="sms").phone == PHONE


@pytest.mark.django_db(transaction=True)
def test_a_decision_that_rolls_back_tells_nobody(zhang, gateway):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(zhang)
        raise ZeroDivisionError
    assert not Notice.objects.exists()
    assert (deliver_due(), gateway.heard) == (0, [])


def test_long_texts_are_cut_and_masks_are_not_cut_open(zhang):
    notify(recipient_id=zhang, phone="", title="长" * 200, body="长" * 490 + ID_NUMBER * 3, dedupe="x")
    notice = Notice.objects.get()
    assert (len(notice.title), len(notice.body)) == (80, 500)


def test_reading_the_inbox_counts_what_is_new(zhang):
    tell(zhang)
    assert (mark_read(recipient_id=zhang), mark_read(recipient_id=zhang)) == (1, 0)
