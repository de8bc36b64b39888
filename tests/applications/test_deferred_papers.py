"""容缺材料补交: handed in from home, looked at by the window, given back with what is wrong, never asked twice."""

import pytest
import time_machine
from django.urls import reverse

from applications.models import CaseMaterial
from applications.operations import correcting, deferring, intake
from foundation.errors import Conflict, Refused
from foundation.outbox.models import Outbox
from tests.applications.applying import photo
from tests.applications.browsing import text_of
from tests.applications.world import check_all, file_case

pytestmark = pytest.mark.django_db
PAPER = "fit-out-proof"


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-02 09:30 +0800", tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(world, clock):
    """Accepted, with the fit-out proof promised for later."""
    filed = file_case(world)
    intake.receive(actor=world.clerk, number=filed.number)
    intake.check_material(actor=world.clerk, number=filed.number, material_code=PAPER, state="deferred")
    check_all(world, filed)
    deferring.sign_promise(actor=world.clerk, number=filed.number, how="paper")
    intake.accept(actor=world.clerk, number=filed.number)
    filed.refresh_from_db()
    clock.shift(3600)
    return filed


def row(case) -> CaseMaterial:
    return case.materials.get(material_code=PAPER)


def bring(world, case):
    correcting.attach_to_case(
        actor=world.zhang, number=case.number, material_code=PAPER, upload=photo(), name="竣工证明.jpg"
    )


def test_the_track_page_leads_to_the_place_where_it_is_handed_in(case, zhang):
    page = zhang.get(reverse("track", args=[case.number])).content.decode()
    assert reverse("open-papers", args=[case.number]) in page
    assert "受理时答应" in text_of(zhang.get(reverse("open-papers", args=[case.number])))


def test_handed_in_it_waits_for_the_window_and_no_longer_for_the_applicant(world, case, zhang):
    url = reverse("papers-attach", args=[case.number])
    assert zhang.post(url, {"material": PAPER, "files": [photo()]}).status_code == 302
    zhang.post(reverse("papers-hand-in", args=[case.number]), {"material": PAPER})
    assert row(case).handed_in_at is not None
    assert "轮到您" not in text_of(zhang.get(reverse("track", args=[case.number])))
    assert "等窗口核对" in text_of(zhang.get(reverse("open-papers", args=[case.number])))


def test_the_workbench_shows_the_case_and_the_clerk_finds_it_in_order(world, case, clerk):
    bring(world, case)
    correcting.hand_in(actor=world.zhang, number=case.number, material_code=PAPER)
    assert "在办的件补来的" in text_of(clerk.get(reverse("window")))
    page = text_of(clerk.get(reverse("window-case", args=[case.number])))
    assert "网上补交，请核对" in page
    clerk.post(reverse("window-check-material", args=[case.number]), {"material": PAPER, "state": "received"})
    assert row(case).state == "received"
    assert "在办的件补来的" not in text_of(clerk.get(reverse("window")))


def test_given_back_it_is_owed_again_and_the_applicant_reads_why(world, case, clerk, zhang):
    bring(world, case)
    correcting.hand_in(actor=world.zhang, number=case.number, material_code=PAPER)
    wrong = {"material": PAPER, "state": "wrong"}
    url = reverse("window-check-material", args=[case.number])
    assert clerk.post(url, wrong).status_code == 422  # without saying what is wrong
    clerk.post(url, wrong | {"note": "没有施工单位的章"})
    assert (row(case).state, row(case).handed_in_at) == ("deferred", None)
    assert "没有施工单位的章" in text_of(zhang.get(reverse("track", args=[case.number])))
    assert Outbox.objects.filter(kind="inform", key__startswith="deferred_wrong").count() == 1


def test_without_a_file_nothing_is_handed_in(world, case, zhang):
    with pytest.raises(Refused, match="还没有传文件"):
        correcting.hand_in(actor=world.zhang, number=case.number, material_code=PAPER)
    answer = zhang.post(reverse("papers-hand-in", args=[case.number]), {"material": PAPER})
    assert answer.status_code == 422
    assert "还没有传文件" in text_of(answer)


def test_a_paper_found_in_order_takes_no_more_files(world, case):
    intake.check_material(actor=world.clerk, number=case.number, material_code=PAPER, state="received")
    with pytest.raises(Conflict):
        bring(world, case)


def test_what_was_only_promised_cannot_be_marked_wrong(world, case):
    with pytest.raises(Conflict):
        intake.check_material(actor=world.clerk, number=case.number, material_code=PAPER, state="wrong", note="没有交")


def test_before_the_window_has_looked_a_missing_paper_can_still_be_added(world, clock, zhang):
    case = file_case(world)
    clock.shift(60)
    url = reverse("papers-attach", args=[case.number])
    assert zhang.post(url, {"material": "floor-plan", "files": [photo()]}).status_code == 302
    assert case.files.filter(material_code="floor-plan").count() == 1
    intake.receive(actor=world.clerk, number=case.number)
    intake.check_material(actor=world.clerk, number=case.number, material_code="floor-plan", state="received")
    assert zhang.post(url, {"material": "floor-plan", "files": [photo()]}).status_code == 409
