"""签批, 回避 and 延长 on the task's page: what is offered to whom, and that nothing typed is lost."""

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application, Task
from applications.operations import review, signing
from departments.models import Post, Rank, Role
from matters.models import Item
from tests.applications.browsing import sign_in
from tests.applications.world import World, accepted_case, decide, task_of

ITEM = "food-licence"


@pytest.fixture
def case(world: World) -> Application:
    """The licence takes two signatures at market: 赵强 handles, 冯局 heads; everything before it is granted."""
    Item.objects.filter(code=ITEM).update(review_steps=2)
    world.users["market3"] = User.objects.create(username="market3", name="冯局")
    Post.objects.create(user=world.users["market3"], role=Role.REVIEWER, department_id="market", rank=Rank.HEAD)
    case = accepted_case(world)
    for before in task_of(case, ITEM).after:
        decide(world, case, before)
    return case


def task(case: Application) -> Task:
    return task_of(case, ITEM)


def page(client: Client, case: Application) -> str:
    return client.get(f"/queue/{task(case).pk}/").content.decode()


def test_the_handler_signs_and_the_head_decides_on_their_pages(world: World, case: Application) -> None:
    handler, head = sign_in(world, "market1"), sign_in(world, "market3")
    address = f"/queue/{task(case).pk}/"
    handler.post(f"{address}claim/")
    shown = page(handler, case)
    assert "拟准予" in shown
    assert "签，送批准" in shown
    assert "确认准予" not in shown
    answer = handler.post(f"{address}propose/", {"verdict": "grant", "opinion": "布局符合要求"})
    assert answer.status_code == 302
    waiting = page(handler, case)
    assert "您已经签过前面的步骤" in waiting
    assert "认领这一件" not in waiting
    assert "布局符合要求" in page(head, case)
    head.post(f"{address}claim/")
    shown = page(head, case)
    assert "确认准予" in shown
    assert "退回承办" in shown
    head.post(f"{address}decide/", {"verdict": "grant", "opinion": "同意"})
    done = page(head, case)
    assert "赵强" in done
    assert "冯局" in done
    assert task(case).decision_number


def test_a_signature_without_a_word_keeps_the_facts_that_were_typed(world: World, case: Application) -> None:
    handler = sign_in(world, "market1")
    review.claim(actor=world.actor("market1"), task_id=task(case).pk)
    form = {"verdict": "refuse", "opinion": "", "reason": "没有更衣间，《食品安全法》第三十三条"}
    answer = handler.post(f"/queue/{task(case).pk}/propose/", form)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "请写审查意见" in shown
    assert "没有更衣间" in shown


def test_what_was_put_forward_stands_ready_for_who_approves(world: World, case: Application) -> None:
    signing.propose(
        actor=world.actor("market1"), task_id=task(case).pk, verdict="refuse", opinion="不符", reason="没有更衣间"
    )
    head = sign_in(world, "market3")
    head.post(f"/queue/{task(case).pk}/claim/")
    assert "没有更衣间</textarea>" in page(head, case)
    answer = head.post(f"/queue/{task(case).pk}/send-back/", {"send_back_reason": ""})
    assert answer.status_code == 422
    assert "退回承办的原因" in answer.content.decode()
    assert head.post(f"/queue/{task(case).pk}/send-back/", {"send_back_reason": "再看"}).status_code == 302
    assert task(case).assignee_id == world.users["market1"].pk


def test_the_head_extends_on_the_page_and_the_citizen_reads_why(world: World, case: Application) -> None:
    handler, head, zhang = sign_in(world, "market1"), sign_in(world, "market3"), sign_in(world, "zhangting")
    address, before = f"/queue/{task(case).pk}/extension/", task(case).due
    handler.post(f"/queue/{task(case).pk}/claim/")
    bad = handler.post(address, {"say": "ask", "extension_days": "99", "extension_reason": "检测设备送修"})
    assert bad.status_code == 422
    assert "检测设备送修" in bad.content.decode()
    assert (
        handler.post(address, {"say": "ask", "extension_days": "3", "extension_reason": "检测设备送修"}).status_code
        == 302
    )
    assert "批准延长" not in page(handler, case)
    assert handler.post(address, {"say": "yes"}).status_code == 403
    assert "批准延长" in page(head, case)
    assert head.post(address, {"say": "yes"}).status_code == 302
    assert task(case).due != before
    assert "延长了" in page(handler, case)
    assert "检测设备送修" in zhang.get(f"/my/{case.number}/").content.decode()


def test_only_the_head_is_offered_to_withdraw_others(world: World, case: Application) -> None:
    handler, head = sign_in(world, "market1"), sign_in(world, "market3")
    assert "谁回避" not in page(handler, case)
    assert "谁回避" in page(head, case)
    answer = head.post(
        f"/queue/{task(case).pk}/recuse/", {"recused": world.users["market1"].pk, "recusal_reason": "亲戚"}
    )
    assert answer.status_code == 302
    assert "您在这一件上回避" in page(handler, case)
