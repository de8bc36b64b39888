"""帮办: by name, free of charge, everything written down, never a promise, ended by one press."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Draft, Event, HelpAct
from applications.operations import drafting, submission
from foundation.errors import NotAllowed
from tests.applications.world import FORM, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def draft(world: World) -> Draft:
    """张婷's own online draft, opened by 李敏 with its code."""
    made = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    assert drafting.open_by_code(actor=world.clerk, code=made.code) is not None
    made.refresh_from_db()
    return made


def client_of(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def test_the_citizen_reads_the_code_and_that_it_costs_nothing(world: World) -> None:
    made = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    page = client_of(world, "zhangting").get(reverse("draft-section", args=[made.pk, 1])).content.decode()
    assert made.code in page
    assert "不收钱" in page


def test_what_a_helper_does_is_written_down_with_the_name_and_seen(world: World, draft: Draft) -> None:
    changed = drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=FORM)
    drafting.answer(actor=world.clerk, draft_id=draft.pk, version=changed.version, answers={"scale": "small"})
    assert list(HelpAct.objects.order_by("id").values_list("helper_name", "what")) == [
        ("李敏", "填表"),
        ("李敏", "选情形"),
    ]
    page = client_of(world, "zhangting").get(reverse("draft-section", args=[draft.pk, 1])).content.decode()
    assert "窗口李敏在帮您填" in page
    assert "李敏选情形" in page


def test_many_saves_within_ten_minutes_are_one_line(world: World, draft: Draft) -> None:
    begun = timezone.now()
    version = draft.version
    for minutes in (0, 5, 12, 30):
        with time_machine.travel(begun + timedelta(minutes=minutes), tick=False):
            saved = drafting.fill_in(
                actor=world.clerk, draft_id=draft.pk, version=version, values={"shop-name": f"店{minutes}"}
            )
            version = saved.version
    assert HelpAct.objects.count() == 2


def test_the_owners_own_acts_are_nobodys_help(world: World, draft: Draft) -> None:
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    assert not HelpAct.objects.exists()


@pytest.mark.parametrize("act", ["promise", "discard"])
def test_what_is_the_citizens_own_no_helper_does(world: World, draft: Draft, act: str) -> None:
    place = {"actor": world.clerk, "draft_id": draft.pk}
    with pytest.raises(NotAllowed):
        if act == "promise":
            drafting.promise(**place, version=draft.version, items=["fire-check"])
        else:
            drafting.discard(**place)
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_filed_by_a_helper_the_case_says_so(world: World, draft: Draft) -> None:
    drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=FORM)
    case = submission.submit(actor=world.clerk, draft_id=draft.pk)
    assert Event.objects.get(application=case, kind="submitted").text.startswith("帮办员李敏代张婷在网上提交申请")


def test_ended_it_ends_at_once_and_the_old_code_opens_nothing(world: World, draft: Draft) -> None:
    old = draft.code
    assert client_of(world, "zhangting").post(reverse("draft-help-end", args=[draft.pk])).status_code == 302
    with pytest.raises(Draft.DoesNotExist):
        drafting.fill_in(actor=world.clerk, draft_id=draft.pk, version=draft.version, values=FORM)
    assert drafting.open_by_code(actor=world.clerk, code=old) is None
    assert client_of(world, "limin").get(reverse("window-desk", args=[draft.pk])).status_code == 404


def test_the_helper_cannot_end_or_keep_it_from_ending(world: World, draft: Draft) -> None:
    assert client_of(world, "limin").post(reverse("draft-help-end", args=[draft.pk])).status_code == 404
    assert client_of(world, "stranger").post(reverse("draft-help-end", args=[draft.pk])).status_code == 404


def test_the_next_window_goes_on_by_the_code_and_the_first_no_longer(world: World, draft: Draft) -> None:
    """李敏 helped yesterday; today the citizen tells the code to 陈静."""
    next_clerk = client_of(world, "chenjing")
    assert next_clerk.get(reverse("window-desk", args=[draft.pk])).status_code == 404
    assert next_clerk.post(reverse("window-find"), {"q": draft.code}, follow=True).status_code == 200
    assert client_of(world, "limin").get(reverse("window-desk", args=[draft.pk])).status_code == 404
