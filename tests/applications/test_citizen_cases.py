"""我的办件: what the applicant reads and does while a case runs, what it costs, and whatever people send."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, CaseMaterial, CasePaper, Draft, Event, MaterialFile
from applications.operations import correcting, drafting, intake, review, timing
from applications.operations.deferring import sign_promise
from applications.states import CaseState, MaterialState, TaskState
from foundation.errors import Conflict, NotAllowed
from foundation.files.operations import store
from foundation.outbox.models import Outbox
from foundation.outbox.operations import deliver, deliver_due
from tests.applications.applying import photo
from tests.applications.browsing import sign_in
from tests.applications.world import accepted_case, check_all, decide, file_case, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def track(client, case):
    response = client.get(reverse("track", args=[case.number]))
    assert response.status_code == 200
    return response.content.decode()


def correcting_case(world):
    """The floor plan was found wanting."""
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    intake.check_material(
        actor=world.clerk, number=case.number, material_code="floor-plan", state="wrong", note="没有标面积"
    )
    correcting.ask_correction(actor=world.clerk, number=case.number)
    return case


# The page of one case, in each state


def test_before_acceptance_the_page_says_when_there_is_an_answer(world, zhang):
    page = track(zhang, file_case(world))
    for words in (
        "最迟答复受理不受理",
        "3\u00a0月\u00a09\u00a0日，周一",
        "还有 5\u00a0个工作日",
        "就算受理",
        "撤回这件",
    ):
        assert words in page


def test_while_departments_work_the_page_says_who_has_what_until_when_and_what_waits_for_what(world, zhang):
    case = accepted_case(world)
    page = track(zhang, case)
    for words in (
        "3\u00a0月\u00a011\u00a0日，周三",
        "承诺不晚于 3\u00a0月\u00a016\u00a0日",
        "受理当天，没有暂停",
        "消防安全检查最后办好，承诺 7\u00a0个工作日",
        "已经在审，作决定要等“经营主体设立登记”（行政审批局），最迟 3\u00a0月\u00a03\u00a0日",
        "消防救援大队，3\u00a0月\u00a011\u00a0日到期",
        "0</b>\u00a0项办好，4\u00a0项在办".replace("\u00a0项办好", "&nbsp;项办好"),
    ):
        assert words in page, words
    decide(world, case, "registration")
    page = track(zhang, case)
    assert "其余 2\u00a0项从这天起可以作决定" in page
    assert "作决定要等" not in page


def test_a_pause_by_law_is_named_with_its_length(world, zhang):
    case = accepted_case(world)
    task = task_of(case, "food-licence")
    review.claim(actor=world.reviewer("market"), task_id=task.pk)
    timing.suspend(actor=world.reviewer("market"), task_id=task.pk, cause="testing", basis="", expected_days=2)
    page = track(zhang, case)
    assert "预计 2\u00a0个工作日，不算在时限里" in page
    assert "食品经营许可停表" in page


def test_a_deferred_paper_stands_first_with_its_day(world, zhang):
    case = file_case(world)
    intake.receive(actor=world.clerk, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code="fit-out-proof", state="deferred")
    check_all(world, case)
    sign_promise(actor=world.clerk, number=case.number, how="paper")
    intake.accept(actor=world.clerk, number=case.number)
    page = track(zhang, case)
    assert "轮到您：补交装修竣工证明" in page
    assert page.index("轮到您：补交") < page.index("各部门办到哪里")
    assert "3\u00a0月\u00a011\u00a0日（周三）前补来，还有 7\u00a0个工作日" in page
    assert "轮到您" in zhang.get(reverse("my-applications")).content.decode()


def test_when_all_is_done_the_code_stands_first_and_the_papers_can_be_had(world, zhang):
    case = accepted_case(world)
    for item in ("registration", "food-licence", "fire-check", "sign-filing"):
        decide(world, case, item)
    assert "还没有。" in track(zhang, case)
    deliver_due()
    case.refresh_from_db()
    page = track(zhang, case)
    assert case.pickup_code in page
    assert "全部准予" in page
    for paper in CasePaper.objects.filter(application=case):
        url = reverse("paper", args=[paper.pk])
        assert url in page
        response = zhang.get(url)
        assert response["Content-Type"] == "application/pdf"
        assert b"".join(response.streaming_content)[:5] == b"%PDF-"
        for account, status in {"stranger": 404, "limin": 200, "tax1": 404}.items():
            assert sign_in(world, account).get(url).status_code == status, account
    assert "领取" in zhang.get(reverse("my-applications")).content.decode()


def test_a_paper_still_in_the_making_says_so_and_looks_again(world, zhang):
    case = accepted_case(world)
    for row in Outbox.objects.filter(kind="paper"):
        deliver(row.pk)
    paper = CasePaper.objects.filter(application=case, document__rendered_at=None).first()
    response = zhang.get(reverse("paper", args=[paper.pk]))
    assert response.status_code == 202
    assert response["Refresh"] == "3"
    assert "正在生成" in track(zhang, case)


def test_the_part_that_changes_is_the_part_the_page_includes_and_rests_when_the_case_does(world, zhang):
    case = file_case(world)
    url = reverse("track-progress", args=[case.number])
    part = zhang.get(url).content.decode()
    assert "<html" not in part
    assert "every 60s" in part
    assert part.strip()[:60] in track(zhang, case)
    zhang.post(reverse("withdraw", args=[case.number]), {"sure": "yes"})
    assert "every 60s" not in zhang.get(url).content.decode()


# Correction


def test_a_correction_is_answered_paper_by_paper(world, zhang):
    case = correcting_case(world)
    page = track(zhang, case)
    assert "轮到您：补 1\u00a0份材料" in page
    assert "没有标面积" in page
    url = reverse("answer-correction", args=[case.number])
    assert "还有 1\u00a0份没有传新的" in zhang.get(url).content.decode()
    attach = reverse("correction-attach", args=[case.number])
    part = zhang.post(attach, {"material": "floor-plan", "files": [photo()]}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "照片.jpg" in part.content.decode()
    other = zhang.post(attach, {"material": "premises-proof", "files": [photo()]})
    assert other.status_code == 422
    file = MaterialFile.objects.get()
    assert (file.application, file.material_code) == (case, "floor-plan")
    with time_machine.travel("2026-03-04 10:00 +0800", tick=False):
        assert zhang.post(url).url == reverse("track", args=[case.number])
    case.refresh_from_db()
    assert (case.state, f"{case.accept_by}") == (CaseState.RECEIVED, "2026-03-11")
    assert case.materials.get(material_code="floor-plan").state == MaterialState.AWAITING
    assert zhang.post(url).status_code == 409
    late = zhang.post(attach, {"material": "floor-plan", "files": [photo()]})
    assert late.status_code == 409
    assert MaterialFile.objects.count() == 1
    assert Event.objects.filter(application=case, kind="file_added").count() == 1


def test_only_what_was_added_for_the_correction_can_be_taken_back(world, zhang):
    draft = drafting.start_draft(actor=world.zhang, matter_code="buy-flat", answers={})
    assert draft.pk
    case = correcting_case(world)
    with time_machine.travel("2026-03-01 10:00 +0800", tick=False):
        old = MaterialFile.objects.create(
            application=case, material_code="floor-plan", file=store(photo(), name="旧.jpg", by=None)
        )
    with time_machine.travel("2026-03-03 10:00 +0800", tick=False):
        new = correcting.attach_to_case(
            actor=world.zhang, number=case.number, material_code="floor-plan", upload=photo(), name="新.jpg"
        )
    url = reverse("correction-detach", args=[case.number])
    for pk in (old.pk, new.pk, new.pk, 10**8):
        zhang.post(url, {"material": "floor-plan", "file": pk})
    assert list(MaterialFile.objects.filter(application=case)) == [old]


def test_files_for_a_correction_come_from_the_applicant_or_the_window(world):
    case = correcting_case(world)
    wanted = {"number": case.number, "material_code": "floor-plan", "name": "图.jpg"}
    for actor, refusal in (
        (world.stranger, Application.DoesNotExist),
        (world.reviewer("fire"), Application.DoesNotExist),
        (world.supervisor, NotAllowed),
    ):
        with pytest.raises(refusal):
            correcting.attach_to_case(actor=actor, upload=photo(), **wanted)
    for actor in (world.zhang, world.clerk):
        correcting.attach_to_case(actor=actor, upload=photo(), **wanted)
    correcting.answer_correction(actor=world.clerk, number=case.number)
    with pytest.raises(Conflict):
        correcting.attach_to_case(actor=world.zhang, upload=photo(), **wanted)


def test_a_case_that_was_never_corrected_has_no_such_page(world, zhang):
    case = file_case(world)
    assert zhang.get(reverse("answer-correction", args=[case.number])).status_code == 404


# Withdrawal and choice


def test_withdrawing_asks_first_and_takes_the_whole_before_acceptance(world, zhang):
    case = file_case(world)
    url = reverse("withdraw", args=[case.number])
    assert "撤回的是整件" in zhang.get(url).content.decode()
    response = zhang.post(url, {"reason": "不开了"})
    assert response.status_code == 422
    assert "不开了" in response.content.decode()
    assert zhang.post(url, {"sure": "yes", "reason": "不开了\x00"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.reason) == (CaseState.WITHDRAWN, "不开了")
    assert zhang.get(url).status_code == 302
    assert zhang.post(url, {"sure": "yes"}).status_code == 409


def test_after_acceptance_single_items_are_withdrawn(world, zhang):
    case = accepted_case(world)
    decide(world, case, "registration")
    url = reverse("withdraw", args=[case.number])
    assert zhang.post(url, {"sure": "yes"}).status_code == 422
    assert zhang.post(url, {"sure": "yes", "item": ["registration"]}).status_code == 422
    assert zhang.post(url, {"sure": "yes", "item": ["no-such-item"]}).status_code == 422
    assert zhang.post(url, {"sure": "yes", "item": ["fire-check"]}).status_code == 302
    assert task_of(case, "fire-check").state == TaskState.WITHDRAWN
    assert task_of(case, "food-licence").state == TaskState.OPEN


@pytest.mark.parametrize(("answer", "state"), [("yes", TaskState.OPEN), ("no", TaskState.WITHDRAWN)])
def test_after_the_core_item_was_refused_the_applicant_chooses(world, zhang, answer, state):
    case = accepted_case(world)
    url = reverse("choose", args=[case.number])
    assert zhang.get(url).status_code == 302
    decide(world, case, "registration", "refuse")
    assert "轮到您：核心事项没有获准" in track(zhang, case)
    page = zhang.get(url).content.decode()
    assert "门头店招备案" in page
    assert "现场核查发现布局不符合要求" in page
    assert zhang.post(url, {"go_on": "maybe"}).status_code == 422
    assert zhang.post(url, {"go_on": answer}).status_code == 302
    assert task_of(case, "sign-filing").state == state
    assert zhang.post(url, {"go_on": answer}).status_code == 409


# Notices


def test_notices_lie_in_the_inbox_until_they_are_read(world, zhang):
    file_case(world)
    deliver_due()
    assert "1\u00a0条没看" in zhang.get(reverse("my-applications")).content.decode()
    page = zhang.get(reverse("inbox")).content.decode()
    assert "已收到您的申请" in page
    assert zhang.post(reverse("inbox")).status_code == 302
    assert "没看" not in zhang.get(reverse("inbox")).content.decode()
    assert "没有消息" in sign_in(world, "stranger").get(reverse("inbox")).content.decode()


# What it costs


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_and_pages_cost_the_same_however_many_cases(world, zhang):
    case = accepted_case(world)
    urls = [reverse("my-applications"), reverse("track", args=[case.number])]
    before = [queries(zhang, url) for url in urls]
    for matter in ("noodle-shop", "buy-flat", "travel-agency"):
        accepted_case(world, matter)
        drafting.start_draft(actor=world.zhang, matter_code=matter, answers={})
    deliver_due()
    assert [queries(zhang, url) for url in urls] == before
    assert before[0] <= 12
    assert before[1] <= 20


def test_long_lists_go_on_behind_a_link(world, zhang, monkeypatch):
    monkeypatch.setattr("applications.views.citizen_cases.PAGE", 2)
    cases = [file_case(world) for _ in range(3)]
    page = zhang.get(reverse("my-applications")).content.decode()
    assert cases[0].number not in page
    assert f"?before={cases[1].pk}" in page
    page = zhang.get(reverse("my-applications") + f"?before={cases[1].pk}").content.decode()
    assert cases[0].number in page
    assert cases[2].number not in page


# Whatever people send

ODD = ["", "x", "-1", "9" * 30, "1e5", "\x00", "<script>", "字" * 3000, "' OR 1=1 --", "../../etc/passwd"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_never_breaks_a_page(world, zhang, odd):
    case = correcting_case(world)
    running = accepted_case(world)
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    values = {
        **dict.fromkeys(("version", "material", "file", "handover", "promise", "scale", "_for", "reason"), odd),
        **dict.fromkeys(("sure", "item", "go_on", "shop-name", "applicant-id-number", "premises-area"), odd),
        "_shown": [odd, "shop-name", "applicant-id-number", "premises-area", "no-such-field"],
    }
    names = ["draft", "draft-field-save", "draft-attach", "draft-detach", "draft-submit"]
    posts = [reverse(name, args=[draft.pk]) for name in names]
    posts += [reverse("draft-section", args=[draft.pk, 1]), reverse("draft-start", args=["noodle-shop"])]
    for name in ("correction-attach", "correction-detach"):
        posts.append(reverse(name, args=[case.number]))
    posts += [reverse(name, args=[running.number]) for name in ("withdraw", "choose", "answer-correction")]
    for url in posts:
        response = zhang.post(url, values)
        assert response.status_code < 500, (url, odd)
    gets = [reverse("my-applications"), reverse("draft-start", args=["noodle-shop"]), reverse("draft", args=[draft.pk])]
    for url in gets:
        assert zhang.get(url, {"before": odd, "scale": odd, "check": odd}).status_code < 500, (url, odd)
    running.refresh_from_db()
    assert running.state == CaseState.ACCEPTED
    assert Draft.objects.filter(pk=draft.pk, application=None).exists()


@pytest.mark.parametrize(
    "path",
    [
        "/my/%00/",
        "/my/no-such-number/",
        "/my/" + "9" * 300 + "/",
        "/drafts/not-a-uuid/",
        "/drafts/00000000-0000-0000-0000-000000000000/",
        "/drafts/00000000-0000-0000-0000-000000000000/form/99999999999999999999/",
        "/files/0/",
        "/files/99999999999999999999999999/",
        "/papers/99999999999999999999999999/",
        "/matters/no-such-matter/start/",
        "/matters/%00/start/",
    ],
)
def test_addresses_of_nothing_are_not_found(world, zhang, path):
    assert zhang.get(path).status_code == 404


def test_sections_that_are_gone_lead_to_the_nearest(world, zhang):
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={})
    response = zhang.get(reverse("draft-section", args=[draft.pk, 99]))
    assert response.url == reverse("draft-section", args=[draft.pk, 2])


@pytest.mark.parametrize("name", ["draft-field-save", "draft-attach", "draft-detach", "draft-submit", "draft-discard"])
def test_acts_are_never_a_link(world, zhang, name):
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={})
    assert zhang.get(reverse(name, args=[draft.pk])).status_code == 405
    assert CaseMaterial.objects.count() == 0
