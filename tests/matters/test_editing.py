"""Editing the catalogue: figures before saving, nobody overwritten unseen, nothing shared changed unawares."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from departments.models import Post, Role
from matters.likeness import alike
from matters.models import Field, Item, Material, Matter, Revision, Step
from matters.usage import published_with, usage_of
from tests.matters.test_admin import shown

CODE = "open-restaurant"
MATTER = f"/admin/matters/matter/{CODE}/change/"
FIGURES = f"/admin/matters/matter/{CODE}/figures/"
CHECK = "fire-safety-check"
ITEM = f"/admin/matters/item/{CHECK}/change/"


def signed_in(username: str, role: Role = Role.EDITOR) -> Client:
    user = User.objects.create(username=username, name=username, is_staff=True)
    Post.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(few: None) -> Client:
    return signed_in("editor1")


def test_figures_are_shown_for_what_is_typed_and_nothing_is_saved(editor: Client) -> None:
    data = shown(editor.get(MATTER).content) | {"promised_days": "3", "summary": "改了的说明"}
    page = editor.post(FIGURES, data).content.decode()
    assert "承诺 3 个工作日，而各环节并行也要 7 个" in page
    assert "按现在填的，还没有保存" in page
    page = editor.post(FIGURES, data | {"promised_days": "12"}).content.decode()
    assert "<strong>12 个工作日</strong>" in page and "一句话说明由" in page and "卡在" in page
    row = Matter.objects.get(pk=CODE)
    assert (row.promised_days, row.summary) != (12, "改了的说明")
    assert row.promised_days == 15


def test_a_step_taken_out_shows_in_the_figures_and_stays(editor: Client) -> None:
    data = shown(editor.get(MATTER).content)
    places = Step.objects.filter(matter=CODE).count()
    check = next(
        name.removesuffix("-item") for name, value in data.items() if name.endswith("-item") and value == CHECK
    )
    page = editor.post(FIGURES, data | {f"{check}-DELETE": "on"}).content.decode()
    assert "还不能发布" in page and "不决定任何环节、材料或字段" in page  # the question that only this step asked for
    assert Step.objects.filter(matter=CODE).count() == places


def test_what_is_typed_wrong_is_named_instead_of_figures(editor: Client) -> None:
    data = shown(editor.get(MATTER).content) | {"name": "", "promised_days": "很多"}
    page = editor.post(FIGURES, data).content.decode()
    assert "先改好下面 2 处" in page and "名称" in page and "承诺时限（工作日）" in page


def test_only_editors_see_figures(few: None) -> None:
    assert signed_in("supervisor", Role.SUPERVISOR).post(FIGURES, {}).status_code in (302, 403, 404)


def test_figures_are_not_for_reading_addresses(editor: Client) -> None:
    assert editor.get(FIGURES).status_code == 405
    assert editor.post("/admin/matters/matter/nothing/figures/", {}).status_code == 404


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(editor: Client) -> None:
    other = signed_in("editor2")
    mine = shown(editor.get(MATTER).content) | {"summary": "我的说明", "tips": "我的提醒"}
    theirs = shown(other.get(MATTER).content) | {"summary": "他的说明"}
    assert other.post(MATTER, theirs).status_code == 302

    page = editor.post(MATTER, mine)

    assert page.status_code == 200
    text = page.content.decode()
    assert "别人保存过它" in text and "他的说明" in text and "我的说明" in text
    assert page.context["clashes"][0] == (
        "一句话说明",
        "他的说明",
        "我的说明",
    )
    assert Matter.objects.get(pk=CODE).summary == "他的说明"
    again = shown(page.content)
    assert again["tips"] == "我的提醒"
    assert editor.post(MATTER, again).status_code == 200  # pressing save again is no answer to the question
    over = {"over": page.context["adminform"].form.saved}
    assert editor.post(MATTER, again | over).status_code == 302
    assert Matter.objects.get(pk=CODE).summary == "我的说明"


def test_a_conflict_in_the_steps_is_a_conflict_of_the_matter(editor: Client) -> None:
    mine = shown(editor.get(MATTER).content)
    step = Step.objects.get(matter=CODE, item="seal-filing")
    Step.objects.filter(pk=step.pk).update(essential=not step.essential)
    page = editor.post(MATTER, mine)
    assert page.status_code == 200
    assert any("必须办成" in clash.label for clash in page.context["clashes"])


def test_saving_over_something_still_newer_asks_again(editor: Client) -> None:
    mine = shown(editor.get(MATTER).content) | {"summary": "我的说明"}
    Matter.objects.filter(pk=CODE).update(summary="他的说明")
    seen = editor.post(MATTER, mine).context["adminform"].form.saved
    Matter.objects.filter(pk=CODE).update(summary="他又改了")
    assert editor.post(MATTER, mine | {"over": seen}).status_code == 200
    assert Matter.objects.get(pk=CODE).summary == "他又改了"


@pytest.mark.parametrize(
    ("address", "change"),
    [
        (ITEM, {"promised_days": "2"}),
        ("/admin/matters/material/id-card/change/", {"name": "居民身份证（正反面）", "anyway": "1"}),
        ("/admin/matters/field/business-name/change/", {"help": "照营业执照写"}),
    ],
)
def test_a_shared_row_lists_all_it_touches_before_it_is_saved(editor: Client, address: str, change: dict) -> None:
    page = editor.post(address, shown(editor.get(address).content) | change)
    assert page.status_code == 200
    touches = page.context["touches"]
    kind, code = address.split("/")[3:5]
    assert {one for one, _ in touches.matters} == {code for code, _ in usage_of(kind, code).matters}
    assert all(effect.changes for effect, _ in touches.groups)
    assert "还没有保存" in page.content.decode()
    assert editor.post(address, shown(page.content) | {"anyway": "1"}).status_code == 302


def test_a_fault_that_the_change_would_bring_elsewhere_is_told_before(editor: Client) -> None:
    page = editor.post(ITEM, shown(editor.get(ITEM).content) | {"promised_days": "20", "statutory_days": "20"})
    assert any("并行也要" in text for effect, _ in page.context["touches"].groups for text in effect.faults)


def test_a_change_that_touches_no_plan_is_saved_at_once(editor: Client) -> None:
    assert editor.post(ITEM, shown(editor.get(ITEM).content)).status_code == 302


def test_a_new_entry_that_means_the_same_is_shown_the_one_there_is(editor: Client) -> None:
    Field.objects.filter(pk="business-name").update(label="经营场所面积")
    given = {"code": "shop-area", "label": "店铺面积", "section": "经营场所", "type": "number", "position": "9999"}
    page = editor.post("/admin/matters/field/add/", given)
    assert page.status_code == 200
    assert "用现有的“经营场所面积”" in page.content.decode()
    assert not Field.objects.filter(pk="shop-area").exists()
    assert editor.post("/admin/matters/field/add/", given | {"anyway": "1", "anyway_reason": "两处"}).status_code == 302
    assert Field.objects.filter(pk="shop-area").exists()


NAMES = {
    "area": "经营场所面积",
    "phone": "联系电话",
    "applicant": "申请人姓名",
    "lease": "房屋租赁合同",
    "id": "居民身份证",
    "marriage": "结婚证",
    "licence": "食品经营许可证",
    "seats": "座位数",
    "trade": "营业执照",
}


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("店铺面积", "area"),
        ("门店的面积", "area"),
        ("手机号", "phone"),
        ("申请人名字", "applicant"),
        ("租房合同", "lease"),
        ("身份证（复印件）", "id"),
        ("结婚证书", "marriage"),
        ("营业执照副本", "trade"),
        ("身份证复印件", "id"),
        ("经营面积", "area"),
        ("油罐容积", None),
        ("宠物数量", None),
        ("消防设计图纸", None),
        ("许可证", None),
        ("", None),
        ("（）", None),
    ],
)
def test_likeness(name: str, first: str | None) -> None:
    found = alike(name, NAMES)
    assert (found[0].code if found else None) == first


def test_where_something_is_used(few: None) -> None:
    used = usage_of("item", CHECK)
    assert used.items == ()
    assert {code for code, _ in used.matters} == set(
        Step.objects.filter(item=CHECK).values_list("matter_id", flat=True)
    )
    material = Material.objects.filter(asks__item=CHECK).first()
    used = usage_of("material", material.pk)
    assert {code for code, _ in used.items} == set(
        Item.objects.filter(asks__material=material).values_list("pk", flat=True)
    )
    assert used.matters
    Material.objects.create(code="unused", name="没人要的材料", provided_by="applicant")
    assert usage_of("material", "unused") == ((), ())


def test_the_page_of_a_shared_row_says_where_it_is_used(editor: Client) -> None:
    page = editor.get("/admin/matters/material/id-card/change/").content.decode()
    used = usage_of("material", "id-card")
    assert f"用在 {len(used.items)} 个事项、{len(used.matters)} 件事里" in page
    assert all(name in page for _, name in used.matters)


def test_saving_asks_the_database_a_fixed_number_of_questions(editor: Client, django_assert_max_num_queries) -> None:
    data = shown(editor.get(MATTER).content) | {"summary": "改了的说明"}
    editor.post(FIGURES, data)
    # Every row of the form is validated and written by itself: about four statements for each of the 14 inline rows.
    with django_assert_max_num_queries(130):
        editor.post(FIGURES, data)
    assert Revision.objects.filter(matter=CODE).count() == 1


STEPS = "steps-{}-{}"


def step_row(data: dict[str, str], item: str) -> int:
    """Which inline row of the matter's page is this item's."""
    return next(int(key.split("-")[1]) for key, value in data.items() if key.endswith("-item") and value == item)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("busines-registration", "没有代码是“busines-registration”的事项，是不是 business-registration（"),
        ("nothing-like-it", "没有代码是“nothing-like-it”的事项"),
        (CHECK, "就是这个环节自己，不能等自己"),
        ("marriage-registration", "不是这件事的环节，等不到它"),
    ],
)
def test_a_wrong_code_in_what_a_step_waits_for_is_told_at_its_field(editor: Client, typed: str, sentence: str) -> None:
    data = shown(editor.get(MATTER).content)
    place = STEPS.format(step_row(data, CHECK), "after")
    page = editor.post(MATTER, data | {place: typed})
    assert page.status_code == 200
    assert sentence in page.content.decode() and typed in page.content.decode()
    errors = page.context["inline_admin_formsets"][1].formset.errors[step_row(data, CHECK)]
    assert list(errors) == ["after"]


def test_an_entry_beside_one_that_is_alike_needs_a_reason_that_is_kept(editor: Client) -> None:
    data = shown(editor.get("/admin/matters/material/add/").content)
    data |= {"code": "licence-again", "name": "营业执照副本", "provided_by": "applicant"}
    page = editor.post("/admin/matters/material/add/", data)
    assert "用现有的“营业执照”" in page.content.decode()
    page = editor.post("/admin/matters/material/add/", data | {"anyway": "1", "anyway_reason": "  "})
    assert "请写明为什么不能共用现有的" in page.content.decode()
    assert not Material.objects.filter(pk="licence-again").exists()
    typed = data | {"anyway": "1", "anyway_reason": "只收副本的那一页"}
    assert editor.post("/admin/matters/material/add/", typed).status_code == 302
    texts = LogEntry.objects.filter(object_id="licence-again").values_list("change_message", flat=True)
    assert any("营业执照" in text and "只收副本的那一页" in text for text in texts)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("material/id-card", "“居民身份证”还不能删：用在 "),
        ("field/household-head-name", "印在 1 份材料上（居民户口簿）"),
        (f"item/{CHECK}", " 件事里（"),
    ],
)
def test_a_row_that_is_used_is_not_deleted_and_says_where(editor: Client, address: str, sentence: str) -> None:
    answer = editor.post(f"/admin/matters/{address}/delete/", {"post": "yes"}, follow=True)
    assert sentence in "".join(str(message) for message in answer.context["messages"])
    assert answer.request["PATH_INFO"] == f"/admin/matters/{address}/change/"
    kind, code = address.split("/")
    model = {"material": Material, "field": Field, "item": Item}[kind]
    assert model.objects.filter(pk=code).exists()
    chosen = {"action": "delete_selected", "_selected_action": code, "post": "yes"}
    page = editor.post(f"/admin/matters/{kind}/", chosen, follow=True).content.decode()
    assert model.objects.filter(pk=code).exists() and "还不能删" in page


def test_a_row_that_nothing_uses_is_deleted(editor: Client) -> None:
    Material.objects.create(code="unused", name="没人要的材料", provided_by="applicant")
    assert editor.post("/admin/matters/material/unused/delete/", {"post": "yes"}).status_code == 302
    assert not Material.objects.filter(pk="unused").exists()


def test_where_a_row_is_used_counts_what_is_in_force(editor: Client) -> None:
    holding = {r.matter_id for r in Revision.objects.all() if any(m["code"] == "id-card" for m in r.plan["materials"])}
    assert published_with("material", "id-card") == (len(holding), 0)
    assert published_with("field", "nowhere") == (0, 0)
    page = editor.get("/admin/matters/material/id-card/change/").content.decode()
    assert f"现行的 {len(holding)} 个版本里有它" in page


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (ITEM, 60),
        ("/admin/matters/material/id-card/change/", 32),
        ("/admin/matters/field/applicant-name/change/", 30),
        ("/admin/matters/matter/open-restaurant/data/", 25),
    ],
)
def test_a_page_of_the_catalogue_asks_the_database_a_fixed_number_of_questions(
    editor: Client, django_assert_max_num_queries: Any, address: str, most: int
) -> None:
    editor.get(address)
    with django_assert_max_num_queries(most):
        assert editor.get(address).status_code == 200
