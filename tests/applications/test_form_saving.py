"""The form saves itself: what is kept, what two pages write at once, what a value's origin is, and what a save costs."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.filling import digest, merge
from applications.models import Draft
from applications.operations import drafting
from foundation.errors import Conflict
from tests.applications.applying import begin, fill, posted, submit
from tests.applications.world import FORM, World, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
SHOP = list(FORM)[3:]

# stored now, typed here, shown here before -> stored afterwards, not given way
MERGES = [
    ("", "面馆", "", "面馆", None),
    ("面馆", "面馆", "面馆", "面馆", None),
    ("面馆", "饭馆", "面馆", "饭馆", None),
    ("面馆", "", "面馆", "", None),
    ("别人写的", "面馆", "面馆", "别人写的", None),  # this page left the box as it was
    ("别人写的", "我写的", "面馆", "别人写的", "我写的"),
    ("别人写的", "", "面馆", "别人写的", ""),
    ("我写的", "我写的", "面馆", "我写的", None),  # sent twice, the first answer lost
    ("", "我写的", "面馆", "", "我写的"),
    (["a"], ["a", "b"], ["a"], ["a", "b"], None),
    ("", [], "", "", None),
]


@pytest.mark.parametrize(("stored", "typed", "shown", "after", "both"), MERGES)
def test_a_save_writes_what_this_page_changed_and_nothing_that_another_page_wrote(stored, typed, shown, after, both):
    found = merge({"f": stored}, {"f": typed}, {"f": digest(shown)})
    assert found.form["f"] == after
    assert found.both.get("f") == both
    assert ("f" in found.changed) == (after != stored)


def save(client: Client, draft: Draft, codes: list[str], base: dict[str, Any] | None = None, **values: Any) -> Any:
    """Autosave of one page. `base`: what that page had shown, the draft as it is given by default."""
    data = posted(draft, codes, **values)
    data |= {f"_seen.{code}": digest(value) for code, value in (base or {}).items()}
    return client.post(reverse("draft-field-save", args=[draft.pk]), data)


def test_autosave_keeps_right_and_wrong_and_says_what_it_has(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    response = save(zhang, draft, ["shop-name", "premises-area"], **{"shop-name": "面馆", "premises-area": "很大"})
    answer = json.loads(response.content)
    assert response.status_code == 200
    assert "9:30 已保存" in answer["saved"]
    assert answer["version"] == 2
    assert answer["seen"] == {"shop-name": digest("面馆"), "premises-area": digest("很大")}
    draft.refresh_from_db()
    assert draft.form["premises-area"] == "很大"
    assert draft.form["applicant-name"] == "张婷"


def test_a_save_that_changes_nothing_writes_nothing(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    save(zhang, draft, ["shop-name"], **{"shop-name": ""})
    assert Draft.objects.get().version == 1


def test_two_devices_in_different_boxes_lose_nothing(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    shown = dict.fromkeys(SHOP, "")
    save(zhang, draft, SHOP, shown, **{"shop-name": "手机上写的", "premises-address": "", "premises-area": ""})
    response = save(zhang, draft, SHOP, shown, **{"shop-name": "", "premises-address": "人民路", "premises-area": "88"})
    assert json.loads(response.content)["both"] == {}
    form = Draft.objects.get().form
    assert [form[code] for code in SHOP] == ["手机上写的", "人民路", "88"]


def test_two_texts_for_one_box_both_stay_until_one_is_chosen(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    phone, desk = {**FORM, "shop-name": "手机上写的"}, {**FORM, "shop-name": "电脑上写的"}
    data = posted(draft, SHOP, **{code: desk[code] for code in SHOP})
    save(zhang, draft, SHOP, **{code: phone[code] for code in SHOP})
    for _ in range(2):  # to save again is no choice
        answer = json.loads(zhang.post(reverse("draft-field-save", args=[draft.pk]), data).content)
        assert "手机上写的" in answer["both"]["shop-name"]
        assert "shop-name" not in answer["seen"]
    url = reverse("draft-section", args=[draft.pk, 2])
    response = zhang.post(url, data)
    page = response.content.decode()
    assert response.status_code == 409
    assert "有 1 栏要选" in page
    assert "别的页面存的是“手机上写的”" in page
    assert 'value="电脑上写的"' in page
    assert Draft.objects.get().form["shop-name"] == "手机上写的"

    response = zhang.post(url, data | {"_mine": f"shop-name:{digest('手机上写的')}"})
    assert response.url == f"{url}#f-shop-name"
    assert Draft.objects.get().form["shop-name"] == "电脑上写的"


def test_the_other_text_can_be_taken_and_a_third_one_is_shown_again(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    data = posted(draft, ["shop-name"], **{"shop-name": "这一页"})
    save(zhang, draft, ["shop-name"], **{"shop-name": "那一页"})
    url = reverse("draft-section", args=[draft.pk, 2])
    old = digest("更早的")
    assert zhang.post(url, data | {"_mine": f"shop-name:{old}"}).status_code == 409, "that text was never seen"
    assert zhang.post(url, data | {"_theirs": "shop-name"}).status_code == 302
    assert Draft.objects.get().form["shop-name"] == "那一页"


def test_after_sending_a_late_save_says_so(zhang: Client, world: World) -> None:
    draft = fill(zhang, begin(zhang))
    submit(zhang, draft)
    response = save(zhang, draft, ["shop-name"], **{"shop-name": "晚了"})
    assert response.status_code == 409
    assert "已经提交" in json.loads(response.content)["message"]
    with pytest.raises(Conflict):
        drafting.merge_in(actor=world.zhang, draft_id=draft.pk, read=lambda fields: {"shop-name": "x"}, seen={})


def test_a_save_takes_at_most_six_queries(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    save(zhang, draft, SHOP, **{code: FORM[code] for code in SHOP})  # caches of the process are warm
    draft.refresh_from_db()
    with CaptureQueriesContext(connection) as found:
        assert save(zhang, draft, ["shop-name"], **{"shop-name": "新店名"}).status_code == 200
    sql = [query["sql"] for query in found.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(sql) <= 6, "\n".join(sql)


# Where a value came from


def test_what_the_profile_knows_is_marked_until_it_is_confirmed_or_changed(zhang: Client, world: World) -> None:
    draft = begin(zhang)
    codes = list(FORM)[:3]
    assert draft.origins == dict.fromkeys(codes, "profile")
    url = reverse("draft-section", args=[draft.pk, 1])
    assert zhang.get(url).content.decode().count("来自您的资料") == 3
    save(zhang, draft, codes, **{**{code: FORM[code] for code in codes}, "applicant-phone": "13900000019"})
    draft.refresh_from_db()
    assert set(draft.origins) == {"applicant-name", "applicant-id-number"}
    zhang.post(url, posted(draft, codes, **{code: draft.form[code] for code in codes}))
    assert Draft.objects.get().origins == {}
    assert "来自您的资料" not in zhang.get(url).content.decode()


def test_the_last_case_fills_in_who_and_where_and_says_when_that_was(zhang: Client, world: World) -> None:
    file_case(world)
    begin(zhang)
    draft = Draft.objects.get(application=None)
    assert draft.form["shop-name"] == "灌河面馆"
    assert draft.origins["shop-name"] == "case:2026-03-02"
    assert draft.origins["applicant-name"] == "profile"
    page = zhang.get(reverse("draft-section", args=[draft.pk, 2])).content.decode()
    assert "来自上次办理（2026\u00a0年\u00a03\u00a0月\u00a02\u00a0日）" in page


def test_an_agent_reads_nothing_of_cases_that_are_not_theirs(world: World) -> None:
    from datetime import date

    from accounts.models import Person
    from tests.applications.world import give_mandate

    file_case(world)
    zhang, wang = (Person.objects.get(user=world.users[name]) for name in ("zhangting", "wanglei"))
    give_mandate(zhang, wang, date(2026, 12, 31))
    draft = drafting.start_draft(
        actor=world.wang, matter_code="noodle-shop", answers={"scale": "large"}, applicant=zhang
    )
    assert "shop-name" not in draft.form
