"""The catalogue administrator's pages: drafts are saved, faults told, revisions published and kept."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from departments.models import Post, Role
from matters.models import Field, Item, Matter, Question, Release, Revision, Step
from matters.published import current_plan

CODE = "open-restaurant"
CHANGE = f"/admin/matters/matter/{CODE}/change/"
PUBLISH = f"/admin/matters/matter/{CODE}/publish/"


@pytest.fixture
def editor(few: None, client: Client) -> Client:
    client.force_login(an_editor("editor1", "何静"))
    return client


def an_editor(username: str, name: str) -> User:
    user = User.objects.create(username=username, name=name, is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


class Controls(HTMLParser):
    """What a browser would send back: the values of a page's form controls."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.data: dict[str, str] = {}
        self.inside = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        name, kind = found.get("name") or "", found.get("type")
        if tag == "input" and name and kind != "submit":
            if kind not in ("checkbox", "radio") or "checked" in found:
                self.data[name] = found.get("value") or ("on" if kind == "checkbox" else "")
        elif tag in ("select", "textarea"):
            self.inside = name
            if tag == "textarea":
                self.data[name] = ""
        elif tag == "option" and self.inside and "selected" in found:
            self.data[self.inside] = found.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.inside:
            self.data[self.inside] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.inside = ""


def shown(page: bytes) -> dict[str, str]:
    """The values that the page's form shows, without the empty rows to copy and the buttons."""
    data = Controls(page).data
    return {name: value for name, value in data.items() if "__prefix__" not in name and not name.startswith("_")}


def messages_of(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize(
    "address",
    [
        "matter/",
        "matter/add/",
        "matter/pending/",
        "release/",
        "law/",
        f"matter/{CODE}/change/",
        f"matter/{CODE}/publish/",
        "item/",
        "item/add/",
        "item/fire-safety-check/change/",
        "material/",
        "material/add/",
        "material/id-card/change/",
        "field/",
        "field/add/",
        "field/business-name/change/",
        "revision/",
    ],
)
def test_every_page_opens_for_an_editor_only(editor: Client, address: str) -> None:
    assert editor.get(f"/admin/matters/{address}").status_code == 200
    reviewer = User.objects.create(username="market1", name="赵强", is_staff=True)
    editor.force_login(reviewer)
    assert editor.get(f"/admin/matters/{address}").status_code in (302, 403)


@pytest.mark.parametrize(
    "address",
    [CHANGE, "/admin/matters/item/fire-safety-check/change/", "/admin/matters/item/business-registration/change/"],
)
def test_saving_what_is_shown_changes_nothing(editor: Client, address: str) -> None:
    before = current_plan(CODE)
    response = editor.post(address, shown(editor.get(address).content), follow=True)
    assert response.redirect_chain, list(response.context["errors"])
    assert editor.get("/admin/matters/matter/pending/").context["found"] == []
    assert current_plan(CODE) == before


def test_an_edit_is_a_draft_until_it_is_published(editor: Client) -> None:
    data = shown(editor.get(CHANGE).content) | {"summary": "新的说明", "keywords": "开饭店\n\n 苍蝇馆子 "}
    response = editor.post(CHANGE, data, follow=True)
    assert "由另一名管理员批准后才生效" in messages_of(response)
    assert Matter.objects.get(pk=CODE).keywords == ["开饭店", "苍蝇馆子"]
    assert current_plan(CODE).number == 1

    page = editor.get(PUBLISH)
    assert "一句话说明由" in page.content.decode() and "搜索词增加：苍蝇馆子" in page.content.decode()
    asked = {"act": "ask", "reason": "补充说法", "live_from": "", "seen": f"{CODE}={page.context['draft'].hash}"}
    response = editor.post(PUBLISH, asked, follow=True)
    assert "等另一名事项管理员审批" in messages_of(response)
    address = response.redirect_chain[-1][0]
    assert "要由另一名事项管理员审批" in response.content.decode()
    assert "搜索词增加：苍蝇馆子" in response.content.decode()
    assert "起草人不能审批" in messages_of(editor.post(address, {"act": "approve"}, follow=True))
    assert current_plan(CODE).number == 1

    second = Client()
    second.force_login(an_editor("editor2", "吴军"))
    assert "补充说法" in second.get("/admin/matters/release/").content.decode()
    assert "发布了 1 件事的新版本" in messages_of(second.post(address, {"act": "approve"}, follow=True))
    assert "现在的内容和最新的版本完全一样" in editor.get(PUBLISH).content.decode()
    found = current_plan(CODE)
    assert (found.number, found.plan.summary) == (2, "新的说明")
    revision = Revision.objects.get(pk=found.revision_id)
    assert (revision.reason, revision.author.username, revision.approver.username) == ("补充说法", "editor1", "editor2")
    shown_again = second.get(address).content.decode()
    assert "已批准" in shown_again and 'value="approve"' not in shown_again and "搜索词增加：苍蝇馆子" in shown_again


def test_a_release_is_given_back_with_a_note_or_taken_back(editor: Client) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    second = Client()
    second.force_login(an_editor("editor2", "吴军"))
    for who, act, said in (
        (second, {"act": "return", "note": "请写明依据"}, "已退回"),
        (editor, {"act": "cancel"}, "已撤回"),
    ):
        seen = editor.get(PUBLISH).context["draft"].hash
        given = {"act": "ask", "reason": "改说明", "live_from": "", "seen": f"{CODE}={seen}"}
        address = editor.post(PUBLISH, given, follow=True).redirect_chain[-1][0]
        assert "在等审批" in editor.get(PUBLISH).content.decode()
        if who is second:
            empty = second.post(address, {"act": "return", "note": " "})
            assert "请写明退回意见" in empty.content.decode()
        assert said in messages_of(who.post(address, act, follow=True))
    assert (
        "请写明依据"
        in editor.get(f"/admin/matters/release/{Release.objects.earliest('pk').pk}/change/").content.decode()
    )
    assert current_plan(CODE).number == 1


def test_all_that_waits_is_asked_for_at_once(editor: Client) -> None:
    Item.objects.filter(pk="fire-safety-check").update(conditions=["换了条件"])
    page = editor.get("/admin/matters/matter/pending/")
    codes = [draft.matter for _, draft, _ in page.context["found"]]
    assert len(codes) > 1
    given = {"matter": codes, "reason": "消防条件更新", "live_from": "", "seen": page.context["form"].initial["seen"]}
    none = editor.post("/admin/matters/matter/pending/", given | {"matter": []})
    assert "没有选中要发布的一件事" in none.content.decode() and "消防条件更新" in none.content.decode()
    response = editor.post("/admin/matters/matter/pending/", given, follow=True)
    assert "等另一名事项管理员审批" in messages_of(response)
    assert Release.objects.get().lines.count() == len(codes)
    assert editor.get("/admin/matters/matter/pending/").context["ready"] == 0


def test_publishing_asks_for_a_reason_and_for_what_was_seen(editor: Client) -> None:
    Matter.objects.filter(pk=CODE).update(summary="新的说明")
    seen = f"{CODE}={editor.get(PUBLISH).context['draft'].hash}"
    response = editor.post(PUBLISH, {"act": "ask", "reason": " ", "seen": seen})
    assert response.status_code == 200 and response.context["form"].errors["reason"]
    Matter.objects.filter(pk=CODE).update(summary="别人又改了")
    response = editor.post(PUBLISH, {"act": "ask", "reason": "改说明", "seen": seen})
    assert "您查看之后内容又有改动" in response.content.decode() and "改说明" in response.content.decode()
    response = editor.post(PUBLISH, {"act": "ask", "reason": "改说明", "seen": seen, "live_from": "2020-01-01T08:00"})
    assert response.context["form"].errors["live_from"]
    assert not Release.objects.exists()


def test_faults_are_shown_in_words_and_nothing_is_published(editor: Client) -> None:
    data = shown(editor.get(CHANGE).content) | {"promised_days": "3"}
    response = editor.post(CHANGE, data, follow=True)
    assert "承诺 3 个工作日，而各环节并行也要 7 个" in messages_of(response)
    page = editor.get(PUBLISH).content.decode()
    assert "还不能发布，有 1 处要改" in page and 'value="ask"' not in page
    response = editor.post(PUBLISH, {"act": "ask", "reason": "硬发", "seen": f"{CODE}={'0' * 64}"})
    assert "还不能发布" in response.content.decode()
    assert not Release.objects.exists()
    assert "我要开餐馆" in editor.get("/admin/matters/matter/pending/").content.decode()


def test_questions_and_their_choices(editor: Client) -> None:
    page = shown(editor.get(CHANGE).content)
    name = next(key for key, value in page.items() if key.endswith("-code") and value == "scale")
    prefix = name.removesuffix("-code")
    assert page[f"{prefix}-offered"].splitlines()[0] == "small | 300 平方米以下"
    data = page | {f"{prefix}-offered": "small | 小\r\nlarge｜大\r\nhuge | 特大"}
    assert editor.post(CHANGE, data, follow=True).redirect_chain
    question = Question.objects.get(matter=CODE, code="scale")
    assert list(question.choices.values_list("code", "label")) == [("small", "小"), ("large", "大"), ("huge", "特大")]
    data = page | {f"{prefix}-offered": "small"}
    response = editor.post(CHANGE, data)
    assert "至少要有 2 个选项" in response.content.decode()


def test_steps_take_codes_and_conditions_as_lines(editor: Client) -> None:
    page = shown(editor.get(CHANGE).content)
    prefix = next(key for key, value in page.items() if key.endswith("-item") and value == "fire-safety-check")[:-5]
    assert page[f"{prefix}-when"] == "scale = large"
    data = page | {f"{prefix}-when": "scale = large， small\nsewer = town", f"{prefix}-starts_after": "seal-filing"}
    data |= {f"{prefix}-event": "装修完工", f"{prefix}-within_days": "90"}
    assert editor.post(CHANGE, data, follow=True).redirect_chain
    step = Step.objects.get(matter=CODE, item="fire-safety-check")
    assert step.when == {"scale": ["large", "small"], "sewer": ["town"]}
    assert (step.starts_after, step.starts_on) == (["seal-filing"], {"event": "装修完工", "within_days": 90})
    response = editor.post(CHANGE, page | {f"{prefix}-when": "scale large"})
    assert "应当写成“问题代码 = 选项代码, 选项代码”" in response.content.decode()


def test_a_shared_item_tells_how_many_matters_wait(editor: Client) -> None:
    address = "/admin/matters/item/fire-safety-check/change/"
    data = shown(editor.get(address).content) | {
        "points": "疏散通道畅通\n消防设施完好",
        "special_procedures": "专家评审 | 《某法》第九条 | 10",
        "clock_unit": "calendar",
        "clock_waits": "公示 | 7 | 《某办法》第二条",
        "presence_times": "1",
        "presence_who": "负责人",
    }
    using = Step.objects.filter(item="fire-safety-check").count()
    asked = editor.post(address, data)
    assert f"这一改会影响 {using} 件事" in asked.content.decode()
    assert Item.objects.get(pk="fire-safety-check").presence is None
    response = editor.post(address, shown(asked.content), follow=True)
    assert f"有 {using} 件事和现行版本不同" in messages_of(response)
    item = Item.objects.get(pk="fire-safety-check")
    assert item.points == ["疏散通道畅通", "消防设施完好"]
    assert item.special_procedures == [{"kind": "专家评审", "basis": "《某法》第九条", "days": 10}]
    assert item.clock == {"unit": "calendar", "waits": [{"kind": "公示", "days": 7, "basis": "《某办法》第二条"}]}
    assert item.presence == {"times": 1, "who": "负责人"}
    response = editor.post(address, data | {"clock_waits": "公示 | 七天 | 《某办法》"})
    assert "第 1 行的“七天”应当是整数" in response.content.decode()


def test_a_new_field_stands_last(editor: Client) -> None:
    last = Field.objects.order_by("-position").first()
    assert last is not None
    data = shown(editor.get("/admin/matters/field/add/").content)
    data |= {"code": "seats", "label": "座位数", "section": "经营场所", "type": "integer"}
    assert editor.post("/admin/matters/field/add/", data, follow=True).redirect_chain
    assert Field.objects.get(pk="seats").position == last.position + 1


def test_withdrawing_and_taking_back(editor: Client) -> None:
    assert "已停止接收新的申请" in messages_of(editor.post(PUBLISH, {"act": "withdraw"}, follow=True))
    assert Matter.objects.get(pk=CODE).withdrawn_at is not None
    assert "已恢复接收新的申请" in messages_of(editor.post(PUBLISH, {"act": "restore"}, follow=True))
    assert Matter.objects.get(pk=CODE).withdrawn_at is None


def test_revisions_are_for_reading(editor: Client) -> None:
    revision = Revision.objects.get(matter=CODE, number=1)
    address = f"/admin/matters/revision/{revision.pk}/change/"
    page = editor.get(address)
    assert page.status_code == 200 and revision.plan_hash in page.content.decode()
    assert editor.post(address, {"reason": "改写"}).status_code == 403
    assert editor.get("/admin/matters/revision/add/").status_code == 403
    assert editor.post(f"/admin/matters/revision/{revision.pk}/delete/", {"post": "yes"}).status_code == 403
    assert editor.post(f"/admin/matters/matter/{CODE}/delete/", {"post": "yes"}).status_code == 403
