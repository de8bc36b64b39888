"""The list of what waits: for the keeper of the system, read-only, with one act: send the dead again."""

import pytest
from django.urls import reverse

from accounts.models import User
from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import ATTEMPTS, Entry, put

pytestmark = pytest.mark.django_db
LIST = reverse("admin:outbox_outbox_changelist")


@pytest.fixture
def keeper(client):
    client.force_login(User.objects.create_superuser("keeper", name="管理员"))
    return client


@pytest.fixture
def dead():
    put(Entry(kind="sms", key="k", dedupe="sms:k", queue="notices"), Entry(kind="render", key="7", dedupe="render:7"))
    Outbox.objects.filter(kind="sms").update(state=State.DEAD, attempts=ATTEMPTS, last_error="GatewayError: 503")
    return Outbox.objects.get(kind="sms")


def test_the_keeper_sees_why_and_sends_again(keeper, dead):
    assert "GatewayError: 503" in keeper.get(LIST, {"state": "dead"}).content.decode()
    every = list(Outbox.objects.values_list("pk", flat=True))
    answer = keeper.post(LIST, {"action": "send_again", "_selected_action": every}, follow=True)
    assert "重发了 1 项" in answer.content.decode()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (State.PENDING, 0)
    answer = keeper.post(LIST, {"action": "send_again", "_selected_action": every}, follow=True)
    assert "不用重发" in answer.content.decode()


def test_nothing_can_be_changed_added_or_deleted_by_hand(keeper, dead):
    page = reverse("admin:outbox_outbox_change", args=[dead.pk])
    assert keeper.get(page).status_code == 200
    assert keeper.post(page, {"state": "done"}).status_code == 403
    assert keeper.get(reverse("admin:outbox_outbox_add")).status_code == 403
    assert keeper.post(reverse("admin:outbox_outbox_delete", args=[dead.pk]), {"post": "yes"}).status_code == 403
    keeper.post(LIST, {"action": "delete_selected", "_selected_action": [dead.pk], "post": "yes"})
    dead.refresh_from_db()
    assert dead.state == State.DEAD


def test_staff_without_that_duty_may_not_look(client, dead):
    client.force_login(User.objects.create(username="editor", name="编目", is_staff=True))
    assert client.get(LIST).status_code == 403
