"""Answers that change say what that does before it is done; what is dropped comes back; 告知承诺 is the applicant's."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Draft
from applications.operations import drafting
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Field, Item
from matters.operations.publishing import drafts, publish_many
from tests.applications.applying import begin, fill, posted, submit
from tests.applications.world import FORM, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def promised(world: World) -> World:
    """The fire check may be granted on a promise."""
    Item.objects.filter(pk="fire-check").update(commitment=True)
    publish_many([drafts()["noodle-shop"]], reason="可告知承诺")
    return world


def test_other_answers_are_said_first_and_done_when_sent_again(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    url = reverse("draft", args=[draft.pk])
    data = {"version": draft.version, "scale": "small"}
    page = zhang.post(url, data).content.decode()
    assert "这样改，办的事会变" in page
    assert "不用办“消防安全检查”" in page
    assert Draft.objects.get().answers == {"scale": "large"}
    page = zhang.post(url, data | {"_agreed": "scale=small"}, follow=True).content.decode()
    assert "情形改了：" in page
    assert Draft.objects.get().answers == {"scale": "small"}


def test_to_agree_to_one_change_is_not_to_agree_to_another(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    data = {"version": draft.version, "scale": "small", "_agreed": "scale=medium"}
    assert zhang.post(reverse("draft", args=[draft.pk]), data).status_code == 200
    assert Draft.objects.get().answers == {"scale": "large"}


def test_what_a_change_drops_comes_back_with_the_answer(zhang: Client, world: World) -> None:
    Field.objects.filter(pk="premises-area").update(when={"scale": ["large"]})
    publish_many([drafts()["noodle-shop"]], reason="面积只问大店")
    draft = fill(zhang, begin(zhang))
    for scale, shown in (("small", False), ("large", True)):
        draft.refresh_from_db()
        data = {"version": draft.version, "scale": scale, "_agreed": f"scale={scale}"}
        zhang.post(reverse("draft", args=[draft.pk]), data)
        page = zhang.get(reverse("draft-section", args=[draft.pk, 2])).content.decode()
        assert ('value="320"' in page) is shown, scale


def test_the_days_that_move_are_said_as_well(zhang: Client, world: World) -> None:
    Item.objects.filter(pk="fire-check").update(promised_days=9)
    publish_many([drafts()["noodle-shop"]], reason="消防九天")
    draft = begin(zhang)
    panel = zhang.get(reverse("draft", args=[draft.pk]) + "?scale=small", headers={"HX-Request": "true"})
    assert "最长的一条从 9 变成" in panel.content.decode()


def test_a_promise_counts_no_days_and_goes_with_the_case(zhang: Client, promised: World) -> None:
    draft = fill(zhang, begin(zhang))
    url = reverse("draft-promises", args=[draft.pk])
    page = zhang.get(url).content.decode()
    assert "我承诺" in page
    assert "愿意接受批准以后的核查" in page
    response = zhang.post(url, {"version": draft.version, "items.1": "fire-check"})
    assert response.url == reverse("draft-materials", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.commitments == ["fire-check"]
    assert "承诺符合条件" in zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    submit(zhang, draft)
    task = Application.objects.get().tasks.get(item_code="fire-check")
    assert (task.committed, task.own_days) == (True, 0)


def test_the_last_section_leads_to_the_promise_and_it_can_be_taken_back(zhang: Client, promised: World) -> None:
    draft = begin(zhang)
    codes = list(FORM)[3:]
    response = zhang.post(
        reverse("draft-section", args=[draft.pk, 2]), posted(draft, codes, **{code: FORM[code] for code in codes})
    )
    assert response.url == reverse("draft-promises", args=[draft.pk])
    for chosen in (["fire-check"], []):
        draft.refresh_from_db()
        zhang.post(response.url, {"version": draft.version, "items.1": chosen})
        assert Draft.objects.get().commitments == chosen


def test_who_may_promise_what(promised: World) -> None:
    world = promised
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    with pytest.raises(Refused):
        drafting.promise(actor=world.zhang, draft_id=draft.pk, version=1, items=["food-licence"])
    with pytest.raises(Conflict):
        drafting.promise(actor=world.zhang, draft_id=draft.pk, version=7, items=["fire-check"])
    drafting.open_by_code(actor=world.clerk, code=draft.code)
    with pytest.raises(NotAllowed):
        drafting.promise(actor=world.clerk, draft_id=draft.pk, version=1, items=["fire-check"])


def test_a_field_that_a_step_brings_is_not_asked_for(zhang: Client, world: World) -> None:
    Field.objects.filter(pk="shop-name").update(prefill="result.registration.number")
    publish_many([drafts()["noodle-shop"]], reason="店名随执照")
    draft = begin(zhang)
    codes = list(FORM)[3:]
    values = {**FORM, "shop-name": ""}
    url = reverse("draft-section", args=[draft.pk, 2])
    assert "办成后自动填" in zhang.get(url).content.decode()
    response = zhang.post(url, posted(draft, codes, **{code: values[code] for code in codes}))
    assert response.status_code == 302
