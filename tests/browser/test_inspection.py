"""一同核查 with the phone: hours offered, one picked, two departments on the spot, no net for a while, photo, signature."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import User
from applications.models import Application, CasePaper, Inspection, Task
from applications.operations import drafting, inspecting, intake, submission
from applications.states import MaterialState
from departments.access import Actor, actor_for
from departments.calendar import current_calendar
from matters.published import current_plan, plan_of
from tests.applications.test_budgets import filled
from tests.browser.conftest import PHONE, Person

pytestmark = pytest.mark.slow


def actor(name: str) -> Actor:
    return actor_for(User.objects.get(username=name))


def accepted() -> Application:
    """张婷's restaurant, accepted by 李敏."""
    plan, clerk = current_plan("open-restaurant").plan, actor("limin")
    answers = {question.code: question.choices[0].code for question in plan.questions}
    draft = drafting.start_draft(actor=actor("zhangting"), matter_code="open-restaurant", answers=answers)
    draft = drafting.fill_in(actor=actor("zhangting"), draft_id=draft.pk, version=draft.version, values=filled(plan))
    case = submission.submit(actor=actor("zhangting"), draft_id=draft.pk)
    intake.receive(actor=clerk, number=case.number)
    for paper in case.materials.filter(state=MaterialState.AWAITING):
        intake.check_material(actor=clerk, number=case.number, material_code=paper.material_code, state="received")
    intake.accept(actor=clerk, number=case.number)
    case.refresh_from_db()
    return case


def found_in_order(officer: Person, task: Task) -> None:
    """Every point answered 符合 while there is no net; kept on the phone, sent when it is back."""
    page = officer.page
    officer.context.set_offline(True)
    for label in page.locator(".visit-point .yesno label:first-child").all():
        label.click()
    page.fill("#remark", "后厨在装修")
    page.get_by_text("没有网，先记在这台手机里").wait_for()
    officer.context.set_offline(False)
    page.get_by_text("已存").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="本部门查完了").click()
    officer.faults[:] = [fault for fault in officer.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    assert Inspection.objects.get().parts.get(department=task.department_id).remark == "后厨在装修"


def test_one_visit_for_two_departments_on_the_phone(someone):
    case = accepted()
    tasks = list(case.tasks.select_related("department").order_by("position"))
    first, second = inspecting.to_see(tasks, plan_of(case.revision_id))[:2]
    lead = someone("lead", PHONE)
    lead.sign_in(f"{first.department_id}1")
    page = lead.go(f"/queue/{first.pk}/inspection/")
    day = current_calendar().add(timezone.localdate(), 1)
    page.fill("[name=slot1]", f"{day}T09:00")
    page.fill("[name=slot2]", f"{day}T14:30")
    page.fill("[name=place]", "新安镇人民东路 128 号")
    page.fill("[name=officers]", "赵强、钱丽")
    lead.picture("inspection-offer")
    page.get_by_role("button", name="请申请人选").click()
    page.get_by_text("等申请人选时间").wait_for()

    zhang = someone("zhang", PHONE)
    zhang.sign_in("zhangting")
    page = zhang.go(f"/my/{case.number}/")
    page.get_by_text("轮到您：选核查时间").wait_for()
    page.get_by_role("link", name="去选").click()
    page.locator("label.choice").nth(1).click()
    zhang.picture("inspection-hours")
    page.get_by_role("button", name="就这个时间").click()
    page.get_by_text(re.compile("14:30.*一同核查")).first.wait_for()
    zhang.picture("inspection-set")

    Inspection.objects.update(at=timezone.now() - timedelta(minutes=5))  # the hour has come
    page = lead.go(f"/queue/{first.pk}/inspection/")
    photo = BytesIO()
    Image.new("RGB", (640, 480), "#3a6ea5").save(photo, "JPEG")
    with page.expect_navigation():
        page.set_input_files("#photo", {"name": "门口.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
    page.locator(".visit-photos img").wait_for()
    found_in_order(lead, first)
    lead.picture("inspection-waits")

    officer = someone("second", PHONE)
    officer.sign_in(f"{second.department_id}1")
    page = officer.go(f"/queue/{second.pk}/inspection/")
    page.fill("#officers", "陶静、周明")
    page.get_by_role("button", name="存", exact=True).click()
    page.get_by_text("核查人员记下了").wait_for()
    officer.picture("inspection-record")
    found_in_order(officer, second)
    others = Inspection.objects.get().parts.filter(done_at=None)
    others.update(done_at=timezone.now(), officers=["甲", "乙"])  # whoever else had to come
    page.reload()
    page.get_by_role("button", name="在屏幕上签").click()
    page.locator(".pad").wait_for()
    box = page.locator(".pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + step * 15, box["y"] + 20 + (step % 3) * 20)
    page.mouse.up()
    officer.picture("inspection-pad")
    page.get_by_role("button", name="签好了").click()
    page.get_by_text("申请人签了字").wait_for()
    assert Inspection.objects.get().signature is not None
    while not CasePaper.objects.filter(
        application=case, kind="inspection", document__rendered_at__isnull=False
    ).exists():
        page.wait_for_timeout(200)
    page.reload()
    page.get_by_role("link", name=re.compile("现场核查记录")).wait_for()
    officer.picture("inspection-closed")
