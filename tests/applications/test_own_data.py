"""我的数据: everything about oneself in one file, for oneself alone, after proving it; and the privacy notice."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.views.me import REVEALED
from applications.operations import drafting, uploading
from foundation.files.jobs import sweep_files
from foundation.files.models import StoredFile
from foundation.files.operations import path_of
from tests.applications.applying import photo
from tests.applications.browsing import sign_in, text_of
from tests.applications.world import FORM, file_case

pytestmark = pytest.mark.django_db


def prove(client):
    session = client.session
    session[REVEALED] = time.time() + 60
    session.save()


def test_the_copy_holds_the_person_the_form_and_the_course_of_each_case(world, zhang):
    case = file_case(world)
    prove(zhang)
    answer = zhang.post(reverse("own-data"))
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    copy = json.loads(answer.content)
    assert copy["本人"]["证件号码"] == FORM["applicant-id-number"]
    filed = copy["办件"][0]
    assert filed["编号"] == case.number
    assert filed["填的表"]["店名"] == "灌河面馆"
    assert filed["经过"][0]["事情"].startswith("网上提交申请")


def test_nobody_elses_case_is_in_it(world):
    file_case(world)
    stranger = sign_in(world, "stranger")
    prove(stranger)
    copy = json.loads(stranger.post(reverse("own-data")).content)
    assert copy["办件"] == []
    assert FORM["applicant-id-number"] not in json.dumps(copy, ensure_ascii=False)


def test_without_proof_there_is_no_file(world, zhang):
    assert "核对本人" in text_of(zhang.get(reverse("own-data")))
    answer = zhang.post(reverse("own-data"))
    assert answer.status_code == 403
    assert "Content-Disposition" not in answer


def test_the_privacy_notice_needs_no_sign_in_and_names_the_days_that_hold(world, client):
    page = text_of(client.get(reverse("privacy"))).replace("\u00a0", " ")
    assert "个人信息保护法" in page
    assert "30 天不动就删，删前 3 天提醒您" in page
    assert reverse("privacy") in client.get("/").content.decode()


def test_the_files_of_a_discarded_draft_leave_the_disk_as_the_notice_says(world):
    with time_machine.travel("2026-03-02 09:00 +0800", tick=False) as clock:
        draft = drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "large"})
        file = uploading.attach(
            actor=world.zhang, draft_id=draft.pk, material_code="floor-plan", upload=photo(), name="平面图.jpg"
        ).file
        where = path_of(file)
        drafting.discard(actor=world.zhang, draft_id=draft.pk)
        assert sweep_files()[0] == 0
        assert where.exists()
        clock.shift(timedelta(days=3))
        assert sweep_files()[0] == 1
        assert not where.exists()
        assert not StoredFile.objects.filter(pk=file.pk).exists()
