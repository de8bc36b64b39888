"""一同核查: one visit for all departments at an hour that the applicant picks, what each found, signed; no clock stands."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from applications.models import Application, CasePaper, Inspection, Task
from applications.operations import inspecting, visit_days
from applications.operations.papers import issue_entry
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.models import Outbox
from matters.published import plan_of
from matters.specs import About, ItemSpec
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import World, accepted_case, decide, task_of

pytestmark = pytest.mark.django_db
MARKET, FIRE = "food-licence", "fire-check"  # the two items of the noodle shop that ask for a visit
VISIT_DAY = "2026-03-04 10:00 +0800"


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


WEDNESDAY, THURSDAY = at("2026-03-04T09:00"), at("2026-03-05T14:30")


@pytest.fixture
def case(world: World, on_monday: None) -> Application:
    return accepted_case(world)


def offer(world: World, case: Application, item: str = MARKET, who: str = "market1", **more: Any) -> Inspection:
    given: dict[str, Any] = {"slots": [WEDNESDAY, THURSDAY], "place": "人民东路 128 号", "officers": "赵强、钱丽"}
    return inspecting.offer_visit(actor=world.actor(who), task_id=task_of(case, item).pk, **(given | more))


def pick(world: World, case: Application, hour: datetime = WEDNESDAY) -> Inspection:
    return inspecting.pick_slot(actor=world.zhang, number=case.number, slot=hour.isoformat())


def picture(kind: str = "PNG") -> BytesIO:
    made = BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, kind)
    made.seek(0)
    return made


def findings(case: Application, item: str, value: str = "yes", note: str = "") -> dict[str, dict[str, str]]:
    tasks = [task_of(case, item)]
    found = inspecting.points_for(tasks[0].department_id, tasks, plan_of(case.revision_id))
    return {f"{t.item_code}.{p.key}": {"value": value, "note": note} for t, points in found for p in points}


def record(world: World, case: Application, item: str, who: str, value: str = "yes", note: str = "") -> None:
    inspecting.record_part(
        actor=world.actor(who), task_id=task_of(case, item).pk, answers=findings(case, item, value, note), remark=""
    )


def test_the_first_department_in_the_plan_leads_and_all_come_at_once(world: World, case: Application) -> None:
    with pytest.raises(NotAllowed, match="由市场监管局牵头"):
        offer(world, case, FIRE, "fire1", officers="孙丽、韩雪")
    visit = offer(world, case)
    assert visit.lead_id == "market"
    assert [part.department_id for part in visit.parts.all()] == ["market", "fire"]
    assert visit.parts.get(department="market").officers == ["赵强", "钱丽"]
    assert Outbox.objects.filter(kind="inform", payload__what="inspection").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"officers": "赵强"}, "两名以上"),
        ({"officers": "赵强、赵强"}, "两名以上"),
        ({"slots": []}, "至少给一个时间"),
        ({"slots": [at("2026-03-01T09:00")]}, "已经过了"),
        ({"slots": [at("2026-03-07T09:00")]}, "不是工作日"),
        ({"place": " "}, "写核查地点"),
    ],
)
def test_what_an_appointment_needs(world: World, case: Application, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        offer(world, case, **wrong)
    assert not Inspection.objects.exists()


def test_an_item_without_a_visit_and_one_that_was_promised_have_none(world: World, case: Application) -> None:
    with pytest.raises(Conflict, match="不用现场核查"):
        offer(world, case, "registration", "approval1")
    Task.objects.filter(application=case, item_code=MARKET).update(committed=True)
    with pytest.raises(Conflict, match="不用现场核查"):
        offer(world, case)
    assert offer(world, case, FIRE, "fire1", officers="孙丽、韩雪").lead_id == "fire"


def test_the_applicant_picks_one_of_the_hours_and_may_take_another(world: World, case: Application) -> None:
    offer(world, case)
    with pytest.raises(Refused, match="给出的时间里选"):
        pick(world, case, at("2026-03-06T09:00"))
    with pytest.raises(Application.DoesNotExist):
        inspecting.pick_slot(actor=world.stranger, number=case.number, slot=WEDNESDAY.isoformat())
    assert pick(world, case).at == WEDNESDAY
    assert pick(world, case, THURSDAY).at == THURSDAY
    assert inspecting.pick_slot(actor=world.clerk, number=case.number, slot=WEDNESDAY.isoformat()).at == WEDNESDAY
    assert case.events.filter(kind="inspection_set").count() == 3


def test_moved_and_called_off_with_a_reason_that_the_applicant_reads(world: World, case: Application) -> None:
    offer(world, case)
    pick(world, case)
    with pytest.raises(Refused, match="改期请写原因"):
        offer(world, case, slots=[THURSDAY])
    moved = offer(world, case, slots=[THURSDAY], reason="台风")
    assert moved.at is None
    zhang = sign_in(world, "zhangting")
    assert "改期：台风" in text_of(zhang.get(f"/my/{case.number}/"))
    with pytest.raises(NotAllowed, match="只有牵头"):
        inspecting.cancel_visit(actor=world.actor("fire1"), task_id=task_of(case, FIRE).pk, reason="不去了")
    inspecting.cancel_visit(actor=world.actor("market1"), task_id=task_of(case, MARKET).pk, reason="材料就能看清")
    assert "材料就能看清" in text_of(zhang.get(f"/my/{case.number}/"))
    assert offer(world, case).pk != moved.pk


def test_no_due_day_moves_for_a_visit(world: World, case: Application) -> None:
    before = {task.item_code: (task.due, task.state) for task in case.tasks.all()}
    offer(world, case)
    pick(world, case)
    with time_machine.travel(VISIT_DAY, tick=False):
        record(world, case, MARKET, "market1")
    assert {task.item_code: (task.due, task.state) for task in case.tasks.all()} == before


def test_findings_are_whole_and_made_on_the_day_by_two(world: World, case: Application) -> None:
    offer(world, case)
    with pytest.raises(Conflict, match="还没有选时间"):
        record(world, case, FIRE, "fire1")
    pick(world, case)
    task = task_of(case, FIRE)
    with pytest.raises(Refused, match="哪两位"):
        record(world, case, FIRE, "fire1")
    inspecting.name_officers(actor=world.actor("fire1"), task_id=task.pk, officers="孙丽 韩雪")
    with pytest.raises(Refused, match="到那天再记"):
        record(world, case, FIRE, "fire1")
    with time_machine.travel(VISIT_DAY, tick=False):
        kept = inspecting.record_part(
            actor=world.actor("fire1"), task_id=task.pk, answers={}, remark="门口堆货", done=False
        )
        assert kept.done_at is None
        with pytest.raises(Refused, match="还有 1 条没有答"):
            inspecting.record_part(actor=world.actor("fire1"), task_id=task.pk, answers={}, remark="")
        with pytest.raises(Refused, match="看到了什么"):
            record(world, case, FIRE, "fire1", "no")
        record(world, case, FIRE, "fire1", "no", "灭火器过期")
        with pytest.raises(Conflict, match="不能再改"):
            record(world, case, FIRE, "fire1")


def through(world: World, case: Application, **end: Any) -> Inspection:
    """The visit from offer to its end; each department has found all in order."""
    offer(world, case)
    pick(world, case)
    inspecting.name_officers(actor=world.actor("fire1"), task_id=task_of(case, FIRE).pk, officers="孙丽、韩雪")
    with time_machine.travel(VISIT_DAY, tick=False):
        record(world, case, MARKET, "market1")
        with pytest.raises(Conflict, match="还没有查完"):
            inspecting.sign_off(actor=world.actor("market1"), task_id=task_of(case, MARKET).pk, **end)
        record(world, case, FIRE, "fire1", "no", "灭火器过期")
        return inspecting.sign_off(actor=world.actor("fire1"), task_id=task_of(case, FIRE).pk, **end)


def run_papers() -> None:
    for row in Outbox.objects.filter(kind="paper", payload__kind="inspection"):
        issue_entry(row)


def test_signed_by_the_applicant_the_record_names_all_and_stands_with_each_department(
    world: World, case: Application
) -> None:
    visit = through(world, case, upload=picture(), name="签字.png")
    assert visit.signature is not None
    run_papers()
    run_papers()
    paper = CasePaper.objects.get(application=case, kind="inspection")
    said = str(paper.document.data)
    assert all(word in said for word in ("赵强、钱丽", "孙丽、韩雪", "灭火器过期", "签字影像指纹", "不停止计算"))
    for who, item in (("market1", MARKET), ("fire1", FIRE)):
        page = text_of(sign_in(world, who).get(reverse("task-inspection", args=[task_of(case, item).pk])))
        assert "申请人签了字" in page
        assert "现场核查记录" in page


def test_who_does_not_sign_is_noted_with_the_reason(world: World, case: Application) -> None:
    with pytest.raises(Refused, match="不肯签的，写明原因"):
        through(world, case)
    case = accepted_case(world)
    visit = through(world, case, unsigned_reason="申请人不认可消防的意见")
    assert (visit.signature, visit.unsigned_reason) == (None, "申请人不认可消防的意见")
    run_papers()
    assert "申请人不认可消防的意见" in str(CasePaper.objects.get(application=case, kind="inspection").document.data)


def test_a_department_that_has_decided_meanwhile_is_not_waited_for(world: World, case: Application) -> None:
    offer(world, case)
    pick(world, case)
    decide(world, case, "registration")
    decide(world, case, FIRE)
    with time_machine.travel(VISIT_DAY, tick=False):
        record(world, case, MARKET, "market1")
        task = task_of(case, MARKET).pk
        assert inspecting.sign_off(actor=world.actor("market1"), task_id=task, unsigned_reason="人走开了").closed_at


def test_when_the_leader_has_decided_the_next_department_moves_the_visit(world: World, case: Application) -> None:
    offer(world, case)
    decide(world, case, "registration")
    decide(world, case, MARKET)
    fire = sign_in(world, "fire1").get(reverse("task-inspection", args=[task_of(case, FIRE).pk]))
    assert "改期或者取消" in text_of(fire)
    moved = offer(world, case, FIRE, "fire1", slots=[THURSDAY], reason="市场局已经决定")
    assert moved.lead_id == "fire"
    inspecting.cancel_visit(actor=world.actor("fire1"), task_id=task_of(case, FIRE).pk, reason="材料就能看清")


def test_when_all_have_decided_nobody_is_asked_and_nothing_is_signed(world: World, case: Application) -> None:
    offer(world, case)
    decide(world, case, "registration")
    decide(world, case, FIRE)
    decide(world, case, MARKET)
    assert "选核查时间" not in text_of(sign_in(world, "zhangting").get(f"/my/{case.number}/"))
    with pytest.raises(Conflict, match="没有约着"):
        pick(world, case)
    task = task_of(case, MARKET).pk
    with pytest.raises(Conflict, match="没有情况可以签"):
        inspecting.sign_off(actor=world.actor("market1"), task_id=task, unsigned_reason="不签")
    page = text_of(sign_in(world, "market1").get(reverse("task-inspection", args=[task])))
    assert "现在不用现场核查" in page


def test_photos_are_pictures_and_for_the_departments_of_the_case_alone(world: World, case: Application) -> None:
    offer(world, case)
    pick(world, case)
    task = task_of(case, MARKET)
    market = sign_in(world, "market1")
    wrong = SimpleUploadedFile("a.pdf", b"no picture at all", "application/pdf")
    assert market.post(reverse("task-photo", args=[task.pk]), {"photo": wrong}).status_code == 422
    taken = SimpleUploadedFile("门口.jpg", picture("JPEG").read(), "image/jpeg")
    assert market.post(reverse("task-photo", args=[task.pk]), {"photo": taken}).status_code == 302
    photo = Inspection.objects.get().parts.get(department="market").photos.get()
    assert market.get(reverse("inspection-photo", args=[task.pk, photo.pk])).status_code == 200
    fire = sign_in(world, "fire1")
    assert fire.get(reverse("inspection-photo", args=[task_of(case, FIRE).pk, photo.pk])).status_code == 200
    other = task_of(accepted_case(world), FIRE)
    assert fire.get(reverse("inspection-photo", args=[other.pk, photo.pk])).status_code == 404


def test_the_pages_lead_from_offer_to_the_end(world: World, case: Application, market: Client, zhang: Client) -> None:
    task = task_of(case, MARKET)
    address = reverse("task-inspection", args=[task.pk])
    assert "一同核查" in text_of(market.get(reverse("task", args=[task.pk])))
    wrong = market.post(address, {"act": "offer", "slot1": "morgen", "place": "店里", "officers": "赵强"})
    assert wrong.status_code == 422
    assert "店里" in text_of(wrong)
    sent = {"act": "offer", "slot1": "2026-03-04T09:00", "place": "店里", "officers": "赵强、钱丽"}
    assert market.post(address, sent).status_code == 302
    assert "轮到您：选核查时间" in text_of(zhang.get(f"/my/{case.number}/"))
    hours = zhang.get(reverse("pick-inspection", args=[case.number]))
    assert "3 月 4 日 9:00" in text_of(hours)
    assert zhang.post(reverse("pick-inspection", args=[case.number]), {}).status_code == 422
    assert (
        zhang.post(reverse("pick-inspection", args=[case.number]), {"slot": WEDNESDAY.isoformat()}).status_code == 302
    )
    assert "3 月 4 日 9:00（周三）一同核查" in text_of(zhang.get(f"/my/{case.number}/"))
    with time_machine.travel(VISIT_DAY, tick=False):
        market, fire = sign_in(world, "market1"), sign_in(world, "fire1")
        key = f"{MARKET}.0"
        assert market.post(address, {"act": "keep", f"p.{key}": "no", f"n.{key}": "离厕所太近"}).status_code == 204
        assert "离厕所太近" in text_of(market.get(address))
        half = market.post(address, {"act": "done", f"p.{key}": "no", f"n.{key}": "离厕所太近"})
        assert half.status_code == 422
        assert "还有 1 条没有答" in text_of(half)
        whole = {"act": "done", f"p.{key}": "no", f"n.{key}": "离厕所太近", f"p.{MARKET}.1": "yes"}
        assert market.post(address, whole).status_code == 302
        assert "等消防" in text_of(market.get(address))
        other = reverse("task-inspection", args=[task_of(case, FIRE).pk])
        assert fire.post(other, {"act": "officers", "officers": "孙丽 韩雪"}).status_code == 302
        assert fire.post(other, {"act": "done", f"p.{FIRE}.0": "yes"}).status_code == 302
        read = text_of(fire.get(other))  # the applicant reads what all found before signing
        assert "离厕所太近" in read
        assert "请申请人签字" in read
        sign = reverse("task-inspection-sign", args=[task_of(case, FIRE).pk])
        assert fire.post(sign, {}).status_code == 422
        signed = SimpleUploadedFile("签字.png", picture().read(), "image/png")
        assert fire.post(sign, {"file": signed}).status_code == 302
        assert "约好了这里会有" not in text_of(fire.get(other))
        assert "还要再去一次" in text_of(market.get(address))
    assert Inspection.objects.get().closed_at


def test_the_window_picks_for_who_is_on_the_telephone(world: World, case: Application, clerk: Client) -> None:
    offer(world, case)
    address = reverse("window-inspection", args=[case.number])
    assert "替申请人选核查时间" in text_of(clerk.get(address))
    assert clerk.post(address, {"slot": THURSDAY.isoformat()}).status_code == 302
    assert Inspection.objects.get().at == THURSDAY


def test_only_the_points_marked_as_seen_on_site_are_asked_there(world: World, case: Application) -> None:
    plan, tasks = plan_of(case.revision_id), [task_of(case, FIRE)]
    item = replace(plan.items[FIRE], points=("面积相符", "疏散通道畅通"), about=(About("面积相符", article="第九条"),))

    def asked(item: ItemSpec) -> list[str]:
        ((_, points),) = inspecting.points_for("fire", tasks, replace(plan, items={**plan.items, FIRE: item}))
        return [f"{point.key} {point.text}" for point in points]

    assert asked(item) == ["0 面积相符", "1 疏散通道畅通"]  # none is marked
    assert asked(replace(item, about=(*item.about, About("疏散通道畅通", site=True)))) == ["1 疏散通道畅通"]


def reminders() -> int:
    return Outbox.objects.filter(kind="inform", payload__what="inspection_soon").count()


def test_the_day_before_the_applicant_is_reminded_once_for_each_hour(world: World, case: Application) -> None:
    offer(world, case)
    pick(world, case)
    visit_days.remind_of_visits()
    assert reminders() == 0  # it is in two days
    with time_machine.travel("2026-03-03 10:00 +0800", tick=False):
        visit_days.remind_of_visits()
        visit_days.remind_of_visits()
        assert reminders() == 1
        pick(world, case, THURSDAY)
        visit_days.remind_of_visits()
        assert reminders() == 1
    with time_machine.travel("2026-03-05 14:00 +0800", tick=False):  # beat stood still the day before
        visit_days.remind_of_visits()
        assert reminders() == 2
    with time_machine.travel("2026-03-05 15:00 +0800", tick=False):
        assert visit_days.remind_of_visits() == 0


def test_nobody_is_reminded_of_a_visit_picked_that_day_or_called_off(world: World, case: Application) -> None:
    offer(world, case)
    with time_machine.travel("2026-03-03 10:00 +0800", tick=False):
        pick(world, case)
        assert visit_days.remind_of_visits() == 0
    with time_machine.travel("2026-03-04 08:10 +0800", tick=False):
        inspecting.cancel_visit(actor=world.actor("market1"), task_id=task_of(case, MARKET).pk, reason="下雨")
        assert visit_days.remind_of_visits() == 0


def test_the_departments_see_it_over_their_queue_until_they_are_done(world: World, case: Application) -> None:
    offer(world, case)
    pick(world, case)
    said = f"09:00 核查：{case.title}"
    with time_machine.travel("2026-03-03 10:00 +0800", tick=False):
        assert f"明天 {said}" in text_of(sign_in(world, "fire1").get("/queue/"))
        assert said not in text_of(sign_in(world, "approval1").get("/queue/"))
    with time_machine.travel(VISIT_DAY, tick=False):
        fire = sign_in(world, "fire1")
        assert f"今天 {said}" in text_of(fire.get("/queue/"))
        inspecting.name_officers(actor=world.actor("fire1"), task_id=task_of(case, FIRE).pk, officers="孙丽、韩雪")
        record(world, case, FIRE, "fire1")
        assert said not in text_of(fire.get("/queue/"))


def test_every_act_on_the_spot_has_a_key_and_none_ends_it_alone(world: World, case: Application) -> None:
    page = sign_in(world, "market1").get(f"/queue/{task_of(case, MARKET).pk}/inspection/").content.decode()
    assert 'data-key="t" data-focus' in page
    offer(world, case)
    pick(world, case)
    page = sign_in(world, "market1").get(f"/queue/{task_of(case, MARKET).pk}/inspection/").content.decode()
    assert 'value="done" data-key="a" data-focus' in page
    for key in ("f", "p", "s", "t"):
        assert f'data-key="{key}"' in page
        assert f"<kbd>{key.upper()}</kbd>" in page
