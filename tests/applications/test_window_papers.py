"""Papers at the window: review points by yes and no, what was seen and kept, scans, and what the portal holds already."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import CaseMaterial, Fetch, MaterialFile
from applications.operations import drafting, intake, submission, uploading, window_files
from applications.paper_points import PaperPoint, faults_in, points_of, usual
from foundation.errors import Conflict, NotAllowed, Refused
from matters.published import current_plan
from matters.specs import About
from tests.applications.applying import photo
from tests.applications.browsing import sign_in, text_of
from tests.applications.test_budgets import within
from tests.applications.world import FORM, check_all, file_case

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(world):
    return intake.receive(actor=world.clerk, number=file_case(world).number)


def material(case, code):
    return CaseMaterial.objects.get(application=case, material_code=code)


def mark(client, case, code, state, headers=None, **data):
    data = {"material": code, "state": state, "looked": "1", "copies": "0", **data}
    return client.post(reverse("window-check-material", args=[case.number]), data, headers=headers or {})


def scan(client, case, code, headers=HTMX, **data):
    return client.post(reverse("window-scan", args=[case.number]), {"material": code, **data}, headers=headers)


def scanned(client, case, code, **data):
    return client.post(reverse("window-scanned", args=[case.number]), {"material": code, **data}, headers=HTMX)


# -- review points -----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "submit", "copies", "keys"),
    [
        ("application-form", "original", 1, ["complete", "original", "signed"]),
        ("application-form", "original", 2, ["complete", "original", "signed", "copies"]),
        ("premises-proof", "copy", 1, ["complete", "clear", "signed"]),
        ("premises-proof", "verify", 1, ["complete", "original", "signed"]),
        ("fit-out-proof", "copy", 1, ["complete", "clear", "valid"]),
        ("id-card", "electronic", 1, ["complete", "clear", "valid"]),
        ("no-such-paper", "copy", 1, []),
    ],
)
def test_the_questions_follow_from_how_the_paper_comes_in(world, code, submit, copies, keys):
    found = points_of(current_plan("noodle-shop").plan, code, submit, copies)
    assert [point.key for point in found] == keys
    assert all(point.text and point.fault for point in found)


def test_points_that_departments_tie_to_a_paper_are_shared_and_never_more_than_six(world):
    plan = current_plan("noodle-shop").plan
    item = plan.items["fire-check"]
    texts = tuple(f"标出第 {n} 个安全出口" for n in range(9))
    object.__setattr__(item, "points", texts)
    object.__setattr__(item, "about", tuple(About(text, material="floor-plan") for text in texts))
    found = points_of(plan, "floor-plan", "copy", 1)
    assert len(found) == 6
    assert [point.items for point in found[3:]] == [("fire-check",)] * 3
    object.__setattr__(item, "points", ())
    object.__setattr__(item, "about", ())


@pytest.mark.parametrize(
    ("submit", "channel", "expected"),
    [
        ("original", "window", (True, 0)),
        ("verify", "window", (True, 2)),
        ("copy", "window", (False, 2)),
        ("electronic", "window", (False, 0)),
        ("original", "online", (False, 0)),
        ("verify", "online", (False, 0)),
    ],
)
def test_what_a_desk_usually_sees_and_keeps(submit, channel, expected):
    assert usual(submit, channel, 2) == expected


def test_in_order_means_yes_to_every_point(world, clerk, case):
    mark(clerk, case, "floor-plan", "received", original="1", copies="2")
    row = material(case, "floor-plan")
    assert row.points == {"complete": "yes", "clear": "yes", "signed": "yes"}
    assert (row.original_seen_by_name, row.copies_kept) == ("李敏", 2)
    page = text_of(clerk.get(reverse("window-case", args=[case.number])))
    assert "原件已核，李敏" in page and "留复印件 2 份" in page


def test_a_no_proposes_what_the_applicant_has_to_do(world, clerk, case):
    answers = {"point.complete": "yes", "point.clear": "no", "point.signed": "no"}
    refused = mark(clerk, case, "floor-plan", "received", HTMX, **answers)
    assert refused.status_code == 422 and "有一条要点答了“否”" in text_of(refused)
    assert text_of(refused).count('value="no" checked') == 2
    mark(clerk, case, "floor-plan", "wrong", **answers)
    row = material(case, "floor-plan")
    assert row.note == "看不清楚，请重新复印或者重新拍。请在要签字、盖章的地方补齐。"
    assert row.points == {"complete": "yes", "clear": "no", "signed": "no"}
    mark(clerk, case, "floor-plan", "wrong", note="第二页没有盖章", **answers)
    assert material(case, "floor-plan").note == "第二页没有盖章"


def test_taking_the_mark_back_takes_what_was_seen_with_it(world, clerk, case):
    mark(clerk, case, "floor-plan", "received", original="1", copies="1")
    mark(clerk, case, "floor-plan", "awaiting")
    row = material(case, "floor-plan")
    assert (row.points, row.original_seen_at, row.copies_kept) == ({}, None, 0)


@pytest.mark.parametrize("copies", ["-1", "100", "两", "9999", "\x00"])
def test_odd_numbers_of_copies_are_refused_beside_the_paper(world, clerk, case, copies):
    answer = mark(clerk, case, "floor-plan", "received", copies=copies)
    assert answer.status_code in (302, 422)
    assert 0 <= material(case, "floor-plan").copies_kept <= 99


def test_points_that_the_paper_does_not_have_are_dropped(world, clerk, case):
    mark(clerk, case, "floor-plan", "wrong", note="x", **{"point.x": "no", "point.complete": "maybe"})
    assert material(case, "floor-plan").points == {}


def test_the_department_reads_what_the_window_answered(world, clerk, case, market):
    mark(clerk, case, "premises-proof", "received", original="1", copies="1")
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    task = case.tasks.get(item_code="food-licence")
    page = text_of(market.get(reverse("task", args=[task.pk]) + "?paper=premises-proof"))
    assert "原件已核（李敏）" in page and "字迹、图像清楚" in page


def test_the_reasons_of_no_are_put_together():
    asked = [PaperPoint("a", "甲", "改甲。"), PaperPoint("b", "乙", "改乙。"), PaperPoint("c", "丙", "改丙。")]
    assert faults_in(asked, {"a": "no", "b": "yes", "c": "no"}) == "改甲。改丙。"


# -- scans -------------------------------------------------------------------


def test_a_paper_is_scanned_turned_joined_and_taken_away(world, clerk, case):
    answer = scan(clerk, case, "floor-plan", files=[photo(), photo()])
    assert answer.status_code == 200 and text_of(answer).count("窗口扫描") >= 2
    first, _ = case.files.filter(material_code="floor-plan")
    before = first.file_id
    scanned(clerk, case, "floor-plan", turn=first.pk)
    first.refresh_from_db()
    assert first.file_id != before
    assert "合成一份 PDF" in text_of(clerk.get(reverse("window-case", args=[case.number]) + "?open=floor-plan"))
    scanned(clerk, case, "floor-plan", join="1")
    whole = case.files.get(material_code="floor-plan")
    assert whole.file.media_type == "application/pdf"
    scanned(clerk, case, "floor-plan", detach=whole.pk)
    scanned(clerk, case, "floor-plan", detach=whole.pk)  # a double click
    assert not case.files.filter(material_code="floor-plan").exists()
    kinds = list(case.events.values_list("kind", flat=True))
    assert kinds.count("file_added") == 2 and "file_joined" in kinds and "file_removed" in kinds


def test_one_scan_takes_the_place_of_another(world, clerk, case):
    scan(clerk, case, "floor-plan", files=[photo()])
    old = case.files.get(material_code="floor-plan")
    scan(clerk, case, "floor-plan", files=[photo()], replace=old.pk)
    assert case.files.get(material_code="floor-plan").pk != old.pk


def test_what_is_no_picture_is_refused_and_points_half_answered_stay(world, clerk, case):
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"\x00" * 100)
    answer = scan(clerk, case, "floor-plan", files=[bad])
    page = text_of(answer)
    assert answer.status_code == 422 and 'role="alert"' in page
    assert '<form class="points"' not in page  # the points' form is not swapped


def test_what_the_applicant_sent_is_never_changed_at_the_window(world, clerk):
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    sent = uploading.attach(
        actor=world.zhang, draft_id=draft.pk, material_code="floor-plan", upload=photo(), name="图.jpg"
    )
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=1, values=FORM)
    case = submission.submit(actor=world.zhang, draft_id=draft.pk)
    for act in (window_files.turn, window_files.detach):
        with pytest.raises(MaterialFile.DoesNotExist):
            act(actor=world.clerk, number=case.number, file_id=sent.pk)
    assert "申请人传的" in text_of(
        clerk.post(
            reverse("window-scanned", args=[case.number]), {"material": "floor-plan", "turn": sent.pk}, headers=HTMX
        )
    )


def test_after_acceptance_only_what_is_owed_is_scanned(world, case):
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    door = {"actor": world.clerk, "number": case.number, "upload": photo(), "name": "图.jpg"}
    with pytest.raises(Conflict, match="不再收新的影像"):
        window_files.attach(material_code="floor-plan", **door)
    with pytest.raises(NotAllowed):
        window_files.attach(material_code="floor-plan", **{**door, "actor": world.zhang})


# -- what is already there ---------------------------------------------------


def earlier(world, clerk):
    """A first case of 张婷 whose floor plan was seen in the original."""
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    sent = uploading.attach(
        actor=world.zhang, draft_id=draft.pk, material_code="floor-plan", upload=photo(), name="图.jpg"
    )
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=1, values=FORM)
    first = submission.submit(actor=world.zhang, draft_id=draft.pk)
    intake.receive(actor=world.clerk, number=first.number)
    mark(clerk, first, "floor-plan", "received", original="1")
    return sent.file


def second(world):
    draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
    drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=1, values=FORM)
    case = submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="另开一家")
    return intake.receive(actor=world.clerk, number=case.number)


def test_a_paper_whose_original_was_seen_is_taken_by_one_key(world, clerk):
    stored = earlier(world, clerk)
    case = second(world)
    page = text_of(clerk.get(reverse("window-case", args=[case.number]) + "?open=floor-plan"))
    assert "取材料库的，B 级" in page and "窗口核过原件" in page and 'data-key="v"' in page
    answer = scanned(clerk, case, "floor-plan", take=str(stored.pk))
    scanned(clerk, case, "floor-plan", take=str(stored.pk))
    row = case.files.get(material_code="floor-plan")
    assert row.file_id == stored.pk and "窗口核过原件" in row.source
    assert "材料库" in text_of(answer)


@pytest.mark.parametrize("take", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_in_the_vault_is_not_taken(world, clerk, case, take):
    assert scanned(clerk, case, "floor-plan", take=take).status_code == 422


def test_nothing_of_another_person_is_offered(world, clerk):
    earlier(world, clerk)
    case = second(world)
    stranger = world.users["stranger"].person
    case.applicant = stranger
    case.save(update_fields=["applicant"])
    page = text_of(clerk.get(reverse("window-case", args=[case.number]) + "?open=floor-plan"))
    assert "取材料库的" not in page


@pytest.mark.parametrize(
    ("state", "value", "word"),
    [
        ("found", "居民身份证：有效", "调取到：居民身份证：有效"),
        ("not_found", "", "请申请人交复印件"),
        ("failed", "", "请申请人交复印件"),
        ("asked", "", "正在调取"),
    ],
)
def test_what_a_register_answered_stands_with_its_paper(world, clerk, case, state, value, word):
    draft = case.draft
    Fetch.objects.create(
        draft=draft,
        material_code="id-card",
        state=state,
        value=value,
        source="演示数据（不是真实的共享平台）",
        consented_by=world.users["zhangting"],
        consented_at=case.submitted_at,
        answered_at=case.submitted_at,
    )
    page = text_of(clerk.get(reverse("window-case", args=[case.number])))
    assert word in page
    assert ("演示数据" in page) == (state == "found")


# -- budgets -----------------------------------------------------------------


@pytest.mark.parametrize(
    "mark_of",
    [{"material_code": "floor-plan", "state": "received"}, {"material_code": "fit-out-proof", "state": "deferred"}],
)
def test_a_mark_keeps_within_twelve_statements(world, case, mark_of):
    with CaptureQueriesContext(connection) as context:
        intake.check_material(actor=world.clerk, number=case.number, **mark_of)
    within(12, context)


def test_a_scan_and_a_reuse_keep_within_twelve_statements(world, clerk):
    stored, case = earlier(world, clerk), second(world)
    actor, upload = world.clerk, photo()
    with CaptureQueriesContext(connection) as context:
        window_files.attach(
            actor=actor, number=case.number, material_code="premises-proof", upload=upload, name="图.jpg"
        )
    within(12, context)
    with CaptureQueriesContext(connection) as context:
        window_files.take_from_vault(actor=actor, number=case.number, material_code="floor-plan", stored_id=stored.pk)
    within(12, context)


def test_marks_of_odd_state_are_refused(world, case):
    with pytest.raises(Refused):
        intake.check_material(actor=world.clerk, number=case.number, material_code="floor-plan", state="deferred")


def test_only_what_the_catalogue_exempts_is_marked_exempt(world, clerk, case):
    refused = mark(clerk, case, "floor-plan", "exempt", HTMX)
    assert refused.status_code == 422 and "没有写这一份免交" in text_of(refused)
    mark(clerk, case, "id-card", "wrong", note="查不到，请交复印件")
    assert "免交" in text_of(clerk.get(reverse("window-case", args=[case.number]) + "?open=id-card"))
    mark(clerk, case, "id-card", "exempt")
    assert material(case, "id-card").state == "exempt"


def test_the_second_clerk_reads_who_looked_at_a_paper(world, clerk, case):
    mark(clerk, case, "floor-plan", "received")
    chen = sign_in(world, "chenjing")
    page = text_of(chen.get(reverse("window-case", args=[case.number])))
    assert '<span class="note">李敏</span>' in page


def test_a_key_pressed_twice_is_no_other_clerk(world, clerk, case):
    for _ in range(2):
        assert mark(clerk, case, "floor-plan", "received", HTMX, seen="awaiting").status_code == 200
    chen = sign_in(world, "chenjing")
    assert mark(chen, case, "floor-plan", "received", HTMX, seen="awaiting").status_code == 409
