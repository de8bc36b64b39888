"""Revisions stand: the database refuses to change them, and an administrator reads each of them in words."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from departments.access import Actor
from departments.models import Post, Role
from matters.models import Item, Matter, Release, Revision, Step
from matters.operations.publishing import drafts, publish_many
from matters.operations.releasing import ask_release
from matters.outline import outline
from matters.published import current_plan
from tests.catalogue import FEW

CODE = "open-restaurant"


@pytest.fixture
def editor(few: None, client: Client) -> Client:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    client.force_login(user)
    return client


def next_revision(summary: str, days: int = 0) -> Revision:
    Matter.objects.filter(pk=CODE).update(summary=summary)
    hour = timezone.now() + timedelta(days=days) if days else None
    return publish_many(drafts([CODE]).values(), reason="改说明", live_from=hour)[0]


@pytest.mark.parametrize(
    "act",
    [
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: Revision.objects.filter(pk=row.pk).update(live_from=timezone.now()),
        lambda row: Revision.objects.bulk_update([row], ["reason"]),
        lambda row: Revision.objects.all().delete(),
        lambda row: Revision.objects.all()._raw_delete("default"),
        lambda row: raw("UPDATE matters_revision SET plan_hash = ''"),
        lambda row: raw("UPDATE matters_revision SET number = number + 1"),
        lambda row: raw("DELETE FROM matters_revision"),
        lambda row: raw(
            "INSERT INTO matters_revision SELECT * FROM matters_revision ON CONFLICT (id) DO UPDATE SET reason = ''"
        ),
    ],
)
def test_no_way_leads_to_a_changed_revision(few: None, act) -> None:
    row = Revision.objects.get(matter=CODE)
    row.reason = "改写历史"
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        act(row)
    assert Revision.objects.filter(reason="导入").count() == len(FEW)


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_role_that_runs_the_portal_cannot_empty_the_table_nor_switch_the_trigger_off(few: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('app', 'matters_revision', 'TRUNCATE')")
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'matters_revision'")
        assert cursor.fetchone() != ("app",)


def test_a_plan_from_before_a_key_was_known_is_read_all_the_same(few: None) -> None:
    plan = Revision.objects.get(matter=CODE).plan
    for row in plan["items"]:
        for key in ("about", "elements"):
            row.pop(key, None)
    assert outline(plan)


def test_a_plan_is_told_from_beginning_to_end(few: None) -> None:
    plan = Revision.objects.get(matter=CODE).plan
    chapters = {chapter.title: chapter for chapter in outline(plan)}
    assert list(chapters) == [
        "一件事",
        *(
            f"{word}（{len(plan[part])}）"
            for word, part in (
                ("问题", "questions"),
                ("环节", "steps"),
                ("事项", "items"),
                ("材料", "materials"),
                ("字段", "fields"),
                ("部门", "departments"),
            )
        ),
    ]
    told = {
        (entry.name, line.label): line.texts
        for chapter in chapters.values()
        for entry in chapter.entries
        for line in entry.lines
    }
    assert told["我要开餐馆", "承诺时限"] == ("15 个工作日",)
    item = next(row for row in plan["items"] if row["code"] == "fire-safety-check")
    assert told[item["name"], "法律依据"] == tuple(item["legal_basis"])
    assert told[item["name"], "适用情形"] == ("“餐馆的建筑面积有多大？”选“300 平方米及以上”",)
    assert len(told[item["name"], "所需材料"]) == len(item["asks"])
    assert told[item["name"], "结果名称"] == (item["result"]["name"],)


def test_the_list_says_what_is_in_force_what_comes_and_what_was(editor: Client) -> None:
    next_revision("第二版")
    next_revision("第三版", days=3)
    page = editor.get(f"/admin/matters/revision/?q={CODE}")
    admin = page.context["cl"].model_admin
    states = {row.number: admin.state(row) for row in page.context["cl"].result_list}
    assert states[1] == "历史" and states[2].startswith("现行") and states[3].endswith("起生效")
    assert "0 件" in page.content.decode()


def test_a_revision_is_read_in_words_and_held_against_any_other(editor: Client) -> None:
    next_revision("第二版的说明")
    third = next_revision("第三版的说明")
    address = f"/admin/matters/revision/{third.pk}/change/"
    page = editor.get(address).content.decode()
    assert third.plan_hash in page and "第 2 版到第 3 版" in page
    assert "一句话说明由“第二版的说明”改为“第三版的说明”" in page
    assert "“餐馆的建筑面积有多大？”选“300 平方米及以上”" in page and "系统导入" in page
    again = editor.get(address, {"against": "1"}).content.decode()
    assert "第 1 版到第 3 版" in again and "“第二版的说明”" not in again
    assert editor.get(address, {"against": "nothing"}).status_code == 200
    assert editor.get("/admin/matters/revision/0/change/").status_code == 404
    first = Revision.objects.get(matter=CODE, number=1)
    assert "第 1 版到第 3 版" in editor.get(f"/admin/matters/revision/{first.pk}/change/?against=3").content.decode()
    assert current_plan(CODE).number == 3


def test_what_waits_for_approval_is_counted_for_everybody_but_its_author(editor: Client) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    other = User.objects.create_user("editor2", name="吴军")
    asking = Actor(user_id=other.pk, name="吴军", editor=True)
    ask_release(matters=[CODE], reason="改说明", actor=asking)

    front = editor.get("/admin/")
    assert front.context["waiting"] == 1 and "1 份发布申请在等您审批" in front.content.decode()
    items = [item for group in front.context["sidebar_navigation"] for item in group["items"]]
    assert [item["title"] for item in items if item["badge"]] == ["发布申请"]

    other.is_staff = True
    other.save()
    Post.objects.create(user=other, role=Role.EDITOR)
    editor.force_login(other)
    assert editor.get("/admin/").context["waiting"] == 0


def test_what_many_matters_share_is_told_once_to_who_approves(editor: Client) -> None:
    Item.objects.filter(pk="fire-safety-check").update(conditions=["换了条件"])
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    other = User.objects.create_user("editor2", name="吴军")
    using = list(Step.objects.filter(item="fire-safety-check").values_list("matter_id", flat=True))
    release = ask_release(matters=using, reason="改条件", actor=Actor(user_id=other.pk, name="吴军", editor=True))
    page = editor.get(f"/admin/matters/release/{release.pk}/change/").content.decode()
    assert f"{len(using)} 件事都改了" in page
    assert page.count("的办理条件增加：换了条件") == 1 and page.count("一句话说明由") == 1


def test_a_revision_for_later_is_announced_to_administrators(editor: Client) -> None:
    coming = next_revision("新的说明", days=3)
    hour = f"{timezone.localtime(coming.live_from):%Y-%m-%d %H:%M}"
    assert f"第 1 版，{hour} 起换新版" in editor.get(f"/admin/matters/matter/?q={CODE}").content.decode()
    page = editor.get(f"/admin/matters/matter/{CODE}/publish/").content.decode()
    assert f"第 2 版已批准，{hour} 起生效；群众现在看到的是第 1 版" in page and "将生效" in page


def test_the_hour_of_a_revision_is_typed_as_the_browser_sends_it(editor: Client) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    address = f"/admin/matters/matter/{CODE}/publish/"
    seen = editor.get(address).context["form"].initial["seen"]
    data = {"act": "ask", "reason": "改说明", "seen": seen}

    late = editor.post(address, data | {"live_from": "2020-01-01T08:00"})
    assert late.context["form"].errors["live_from"] == ["生效时间要在现在之后；要立即生效就空着。"]
    assert editor.post(address, data | {"live_from": "明天"}).context["form"].errors["live_from"]
    assert not Release.objects.exists()

    day = timezone.localtime() + timedelta(days=30)
    editor.post(address, data | {"live_from": f"{day:%Y-%m-%d}T08:00"})
    asked = timezone.localtime(Release.objects.get().live_from)
    assert f"{asked:%Y-%m-%d %H:%M}" == f"{day:%Y-%m-%d} 08:00"


def test_the_guide_announces_what_comes(few: None, client: Client, django_assert_max_num_queries) -> None:
    assert 'id="coming"' not in client.get(f"/matters/{CODE}/").content.decode()
    next_revision("新的说明", days=3)
    with django_assert_max_num_queries(5):
        page = client.get(f"/matters/{CODE}/").content.decode()
    assert "起按新版办理" in page and "新的说明" not in page
    assert 'id="coming"' not in client.get(f"/matters/{CODE}/v/1/").content.decode()
