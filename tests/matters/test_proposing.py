"""再造方案: kept from the what-if, opened as a draft; the draft is what the page showed, for every matter it reaches."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from departments.access import SYSTEM, Actor, actor_for
from departments.models import Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Item, ItemMaterial, Material, Matter, Proposal, Question, Revision, Step
from matters.operations.proposing import (
    also_touched,
    blocked_elsewhere,
    compared_with,
    open_as_draft,
    propose,
    proposed_plan,
)
from matters.operations.publishing import drafts, newest_hashes
from matters.plan import plan_hash
from matters.published import current_plan, plan_of
from matters.whatif import apply_changes, obstacles
from matters.whatif_edits import carried, edits
from tests.applications.race.threads import at_once
from tests.catalogue import FEW, put_catalogue
from tests.matters.changing import changes_to

CODE = "open-restaurant"
PAGE = f"/admin/matters/matter/{CODE}/what-if/"
DROP: dict[str, Any] = {"kind": "drop_step", "item": "fire-safety-check"}
SHORTER: dict[str, Any] = {"kind": "promise", "item": "food-business-licence", "days": 3}
SOONER: dict[str, Any] = {"kind": "matter_promise", "days": 12}


def somebody(name: str, role: str) -> User:
    user = User.objects.create(username=name, name=f"{name} 的名字", is_staff=role == Role.EDITOR)
    Post.objects.create(user=user, role=role)
    return user


@pytest.fixture
def editor(few: None) -> Actor:
    return actor_for(somebody("editor1", Role.EDITOR))


@pytest.fixture
def pages(few: None, client: Client) -> Client:
    client.force_login(somebody("editor2", Role.EDITOR))
    return client


def kept(editor: Actor, *changes: dict[str, Any], matter: str = CODE, **other: Any) -> Proposal:
    values = {"title": "少一道检查", "reason": "开业后抽查", "revision": compared_with(matter), **other}
    return propose(matter=matter, changes=changes, actor=editor, **values)


# --- keeping


def test_a_proposal_keeps_what_was_tried_and_with_what(editor):
    proposal = kept(editor, DROP, SHORTER, title="  少一道检查 ")
    assert (proposal.title, proposal.changes, proposal.author_id) == ("少一道检查", [DROP, SHORTER], editor.user_id)
    assert proposal.revision_id == current_plan(CODE).revision_id
    assert newest_hashes()[CODE] == drafts([CODE])[CODE].hash, "nothing is edited yet"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": " "}, "请写明名称"),
        ({"title": "长" * 101}, "名称最多 100 字，现在有 101 字"),
        ({"reason": ""}, "请写明理由和依据"),
        ({"reason": "长" * 2001}, "理由和依据最多 2000 字"),
        ({"revision": 0}, "现行版本已经换了"),
        ({"matter": "open-bookshop", "revision": 0}, "现行版本已经换了"),
    ],
)
def test_what_is_missing_is_said(editor, given, sentence):
    with pytest.raises(Refused) as refused:
        kept(editor, DROP, **given)
    assert sentence in refused.value.message
    assert not Proposal.objects.exists()


def test_nothing_to_keep_and_nothing_that_could_not_be_published(editor):
    with pytest.raises(Refused, match="还没有改动"):
        kept(editor)
    with pytest.raises(Refused, match="各环节并行也要 7 个"):
        kept(editor, {"kind": "matter_promise", "days": 6})
    with pytest.raises(Refused, match="没有环节“moon”"):
        kept(editor, {"kind": "drop_step", "item": "moon"})


def test_only_an_editor_proposes_and_opens(editor):
    proposal = kept(editor, DROP)
    supervisor = actor_for(somebody("boss", Role.SUPERVISOR))
    for actor in (supervisor, SYSTEM):
        with pytest.raises(NotAllowed):
            kept(actor, DROP)
        with pytest.raises(NotAllowed):
            open_as_draft(proposal=proposal.pk, actor=actor)


# --- opening


def test_the_draft_is_the_plan_that_was_tried(editor):
    changes = [
        DROP,
        SOONER,
        {"kind": "wait", "item": "seal-filing", "other": "business-registration", "locks": "review"},
    ]
    proposal = kept(editor, *changes)
    opened = open_as_draft(proposal=proposal.pk, actor=editor)
    assert opened.matters == (CODE,)
    draft = drafts([CODE])[CODE]
    assert draft.faults == []
    assert draft.hash == plan_hash(apply_changes(current_plan(CODE).plan, changes).to_json())
    proposal.refresh_from_db()
    assert (proposal.opened_by_id, proposal.opened_at is not None) == (editor.user_id, True)
    assert not Step.objects.filter(matter=CODE, item="fire-safety-check").exists()
    assert not Question.objects.filter(matter=CODE, code="scale").exists()
    assert Revision.objects.filter(matter=CODE).count() == 1, "people still read the old one"
    with pytest.raises(Conflict, match="已经转为草稿"):
        open_as_draft(proposal=proposal.pk, actor=editor)


def test_shared_rows_reach_the_other_matters_and_they_are_named(editor):
    proposal = kept(editor, SHORTER)
    made = edits(*proposed_plan(proposal))
    others = also_touched(CODE, made)
    assert "open-small-eatery" in others and not {CODE, "open-bookshop", "get-married"} & set(others)
    before = {code: plan_of(pk) for code, pk in Revision.objects.live().values_list("matter_id", "pk")}
    opened = open_as_draft(proposal=proposal.pk, actor=editor)
    assert opened.matters == (CODE, *others)
    for code, draft in drafts().items():
        assert draft.hash == plan_hash(carried(before[code], made).to_json())
        assert draft.differs == (code in opened.matters)


@pytest.mark.parametrize(
    ("change", "edit", "place"),
    [
        (SHORTER, lambda: Item.objects.filter(pk="food-business-licence").update(promised_days=4), "事项“食品经营许可"),
        (SOONER, lambda: Matter.objects.filter(pk=CODE).update(promised_days=14), "整件事的承诺时限"),
        (
            {"kind": "wait", "item": "seal-filing", "other": "business-registration", "locks": "nothing"},
            lambda: Step.objects.filter(matter=CODE, item="seal-filing").update(after=[]),
            "环节“公章刻制备案”",
        ),
        (DROP, lambda: Step.objects.filter(matter=CODE, item="fire-safety-check").delete(), "环节“公众聚集场所"),
        (DROP, lambda: Question.objects.filter(matter=CODE, code="scale").update(text="多大？"), "问题“餐馆的建筑面积"),
    ],
)
def test_a_place_that_somebody_changed_meanwhile_is_a_conflict(editor, change, edit, place):
    proposal = kept(editor, change)
    edit()
    before = drafts([CODE])[CODE]
    with pytest.raises(Conflict) as conflict:
        open_as_draft(proposal=proposal.pk, actor=editor)
    assert place in conflict.value.message and "已有改动" in conflict.value.message
    assert drafts([CODE])[CODE] == before, "nothing was written"


def test_a_material_that_somebody_changed_meanwhile_is_a_conflict(editor):
    plan = current_plan(CODE).plan
    code = next(m.code for m in plan.materials.values() if not m.exempt)
    proposal = kept(editor, {"kind": "exempt", "material": code})
    Material.objects.filter(pk=code).update(exempt=True)
    with pytest.raises(Conflict, match="材料“"):
        open_as_draft(proposal=proposal.pk, actor=editor)
    ask = next(a for item in plan.items.values() for a in item.asks if a.need == "core")
    proposal = kept(editor, {"kind": "deferrable", "material": ask.material})
    ItemMaterial.objects.filter(material=ask.material).update(need="deferrable")
    with pytest.raises(Conflict, match="所需材料“"):
        open_as_draft(proposal=proposal.pk, actor=editor)


def test_other_edits_of_the_same_matter_are_kept(editor):
    proposal = kept(editor, DROP)
    Matter.objects.filter(pk=CODE).update(summary="换了一句话")
    open_as_draft(proposal=proposal.pk, actor=editor)
    draft = drafts([CODE])[CODE]
    assert draft.plan is not None
    assert draft.plan["summary"] == "换了一句话"
    assert "fire-safety-check" not in [step["item"] for step in draft.plan["steps"]]


def test_a_longer_promise_that_another_matter_cannot_keep_is_refused_and_told_before(editor):
    """The eatery promises 6 days: a licence of 9 would break its promise, not the restaurant's 15."""
    longer = {"kind": "promise", "item": "food-business-licence", "days": 9}
    proposal = kept(editor, longer)
    made = edits(*proposed_plan(proposal))
    told = blocked_elsewhere(also_touched(CODE, made), made)
    assert any(text.startswith("我要开小吃店：整件事承诺 6 个工作日，而各环节并行也要 9 个") for text in told)
    with pytest.raises(Refused, match=r"件事不能发布：.*我要开小吃店"):
        open_as_draft(proposal=proposal.pk, actor=editor)
    assert Item.objects.get(pk="food-business-licence").promised_days == 5


@settings(max_examples=12)
@given(st.data())
def _opens_as_tried(editor: Actor, plans: dict[str, Any], data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(FEW))
    changes = data.draw(changes_to(plans[code], most=5))
    after = apply_changes(plans[code], changes)
    made = edits(plans[code], after)
    elsewhere = {other: carried(plan, made) for other, plan in plans.items() if other != code}
    if not changes or obstacles(after) or any(obstacles(plan) for plan in elsewhere.values()):
        return
    with transaction.atomic():
        opened = open_as_draft(proposal=kept(editor, *changes, matter=code).pk, actor=editor)
        expected = {code: after, **elsewhere}
        for matter, draft in drafts().items():
            assert draft.faults == []
            assert draft.hash == plan_hash(expected[matter].to_json())
            assert not draft.differs or matter in opened.matters
        transaction.set_rollback(True)


def test_whatever_is_opened_compiles_to_what_was_tried(editor):
    """In every matter, the touched ones and the others."""
    plans = {code: plan_of(pk) for code, pk in Revision.objects.live().values_list("matter_id", "pk")}
    _opens_as_tried(editor, plans)


def opening(proposal: Proposal, actor: Actor) -> str:
    try:
        return f"改了 {len(open_as_draft(proposal=proposal.pk, actor=actor).edits)} 处"
    except Conflict as conflict:
        return conflict.message[:10]


@pytest.mark.django_db(transaction=True)
def test_two_who_open_one_proposal_at_once_write_it_once(few_files: Path) -> None:
    put_catalogue(few_files)
    one, two = actor_for(somebody("one", Role.EDITOR)), actor_for(somebody("two", Role.EDITOR))
    proposal = kept(one, SOONER)
    said = at_once([lambda: opening(proposal, one), lambda: opening(proposal, two)])
    assert sorted(said) == ["改了 1 处", "这份方案已经转为草稿"]


@pytest.mark.django_db(transaction=True)
def test_two_proposals_about_one_shared_item_do_not_overwrite_each_other(few_files: Path) -> None:
    """From two matters, at the same instant: the second is told, and the first one's days stand in both."""
    put_catalogue(few_files)
    one, two = actor_for(somebody("one", Role.EDITOR)), actor_for(somebody("two", Role.EDITOR))
    here, there = kept(one, SHORTER), kept(two, {**SHORTER, "days": 2}, matter="open-small-eatery")
    said = at_once([lambda: opening(here, one), lambda: opening(there, two)])
    assert sorted(said) == ["改了 1 处", "方案保存以后，要改的"]
    won = 3 if said[0] == "改了 1 处" else 2
    assert Item.objects.get(pk="food-business-licence").promised_days == won


# --- the pages


def test_the_page_shows_three_ways_and_holds_no_state(pages):
    page = pages.get(PAGE).content.decode()
    for words in (
        "串联",
        "现行",
        "改后",
        "20 个工作日",
        "7 个工作日",
        "卡在公众聚集场所",
        "减 65%",
        "减 86%",
        "怎么算",
    ):
        assert words in page
    assert "（环节最多的情形）" in page
    small = pages.get(PAGE, {"a.scale": "small"}).content.decode()
    assert "（上面选的情形）" in small and "<summary>环节最多的情形" in small
    tried = pages.get(PAGE, {"c": ["drop_step.fire-safety-check", "promise.food-business-licence.3"]}).content.decode()
    assert "去掉环节：公众聚集场所" in tried and "承诺由 5 个工作日改为 3 个" in tried
    assert "一并去掉" in tried and "件事" in tried
    assert not Proposal.objects.exists()


def test_without_scripts_the_form_leads_to_a_link_that_says_the_same(pages):
    known = {f"known.{code}": "1" for code in ("food-business-licence", "fire-safety-check")}
    data = {
        "set": "1",
        "a.scale": "large",
        "days": "12",
        "days.food-business-licence": "3",
        "drop.fire-safety-check": "on",
    }
    response = pages.get(PAGE, {**known, **data})
    assert response.status_code == 302
    assert response["Location"] == (
        f"{PAGE}?a.scale=large&c=drop_step.fire-safety-check&c=promise.food-business-licence.3&c=matter_promise.12"
    )
    part = pages.get(PAGE, {**known, **data}, headers={"HX-Request": "true"})
    assert part["HX-Push-Url"] == response["Location"]
    assert "<html" not in part.content.decode() and "去掉环节" in part.content.decode()


def test_what_cannot_be_tried_is_said_and_the_page_stays(pages):
    wrong = ["promise.food-business-licence.99", "burn.it", "promise.x.y", "drop_step.moon"]
    page = pages.get(PAGE, {"c": wrong}).content.decode()
    assert "法定时限是 10 个工作日，承诺不能超过它" in page
    assert "看不懂这处改动：burn.it" in page and "没有环节“moon”" in page


def test_saving_opening_and_the_way_to_publish(pages):
    seen = compared_with(CODE)
    blank = pages.post(PAGE, {"c": "drop_step.fire-safety-check", "seen": seen, "title": "", "reason": "有理由"})
    assert "请写明名称" in blank.content.decode() and "有理由" in blank.content.decode()
    old = pages.post(PAGE, {"c": "matter_promise.12", "seen": "0", "title": "名", "reason": "理"})
    assert "现行版本已经换了" in old.content.decode()
    saved = pages.post(PAGE, {"c": "drop_step.fire-safety-check", "seen": seen, "title": "少查一次", "reason": "抽查"})
    proposal = Proposal.objects.get()
    assert saved["Location"] == f"/admin/matters/proposal/{proposal.pk}/change/"
    shown = pages.get(saved["Location"]).content.decode()
    assert "少查一次" in shown and "去掉环节：公众聚集场所" in shown and "转为草稿" in shown
    opened = pages.post(saved["Location"])
    assert opened["Location"] == f"/admin/matters/matter/{CODE}/publish/"
    assert "提交，请人审批" in pages.get(opened["Location"]).content.decode()
    again = pages.post(saved["Location"], follow=True)
    assert "已经转为草稿" in again.content.decode()


def test_a_proposal_that_reaches_others_leads_to_all_that_wait(pages):
    editor = actor_for(User.objects.get(username="editor2"))
    proposal = kept(editor, SHORTER)
    shown = pages.get(f"/admin/matters/proposal/{proposal.pk}/change/").content.decode()
    assert "我要开小吃店" in shown and "也要重新发布" in shown
    opened = pages.post(f"/admin/matters/proposal/{proposal.pk}/change/")
    assert opened["Location"] == "/admin/matters/matter/pending/"


def test_the_list_shows_before_and_after_and_asks_no_more_for_many(pages):
    editor = actor_for(User.objects.get(username="editor2"))
    kept(editor, DROP, SOONER)
    address = "/admin/matters/proposal/"
    page = pages.get(address).content.decode()
    assert all(rate in page for rate in ("45% → 55%", "65% → 72%", "76% → 81%", "86% → 86%")) and "待定" in page

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert pages.get(address).status_code == 200
        return len(captured)

    one = queries()
    for number in range(20):
        kept(editor, DROP, title=f"方案 {number}")
    assert queries() == one


def test_the_page_asks_few_queries(pages):
    pages.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        pages.get(PAGE, {"c": ["promise.food-business-licence.3"]})
    assert len(captured) <= 9, "\n".join(query["sql"][:120] for query in captured)


def test_a_matter_that_was_never_published_and_others_than_editors(pages, client):
    Matter.objects.filter(pk=CODE).update(number=900)
    draft = Matter.objects.get(pk=CODE)
    draft.pk, draft.number = "brand-new", 901
    draft.save(force_insert=True)
    response = pages.get("/admin/matters/matter/brand-new/what-if/", follow=True)
    assert "还没有发布过" in response.content.decode()
    client.force_login(somebody("boss", Role.SUPERVISOR))
    assert client.get(PAGE).status_code == 302
    assert client.get("/admin/matters/proposal/").status_code == 302
