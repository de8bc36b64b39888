"""Papers of a draft, who may see them, and sending: once, whole, by who may."""

import io

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application, Draft, MaterialFile
from tests.applications.applying import begin, fill, photo, posted, submit
from tests.applications.browsing import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def stranger(world):
    return sign_in(world, "stranger")


# Materials


def test_a_refused_file_says_why_beside_the_paper_and_loses_no_other(zhang):
    draft = begin(zhang)
    url = reverse("draft-attach", args=[draft.pk])
    bad = io.BytesIO(b"no pdf at all")
    bad.name = "图纸.pdf"
    response = zhang.post(url, {"material": "floor-plan", "files": [photo(), bad]})
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>有文件没有收下" in page
    assert "“图纸.pdf”的内容不是 .pdf" in page
    assert draft.files.count() == 1
    part = zhang.post(url, {"material": "floor-plan", "files": [photo("三.jpg")]}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert "三.jpg" in part.content.decode()
    assert zhang.post(url, {"material": "floor-plan"}).status_code == 422
    assert zhang.post(url, {"material": "passport", "files": [photo()]}).status_code == 404


def test_taking_a_file_out_twice_is_taking_it_out(zhang):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo()]})
    file = MaterialFile.objects.get()
    for _ in range(2):
        response = zhang.post(reverse("draft-detach", args=[draft.pk]), {"material": "floor-plan", "file": file.pk})
        assert response.status_code == 302
    assert not draft.files.exists()


def test_a_file_is_shown_to_its_owner_safely_and_to_nobody_else(world, zhang, stranger):
    draft = begin(zhang)
    zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo()]})
    url = reverse("case-file", args=[MaterialFile.objects.get().pk])
    response = zhang.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_reviewer_sees_the_files_their_own_item_uses_and_no_others(world, zhang):
    draft = fill(zhang, begin(zhang))
    for code in ("floor-plan", "application-form"):
        zhang.post(reverse("draft-attach", args=[draft.pk]), {"material": code, "files": [photo()]})
    submit(zhang, draft)
    used, other = (MaterialFile.objects.get(material_code=c).pk for c in ("floor-plan", "application-form"))
    expected = {"fire1": (200, 404), "market1": (200, 404), "urban-management1": (404, 200), "tax1": (404, 404)}
    for account, statuses in {**expected, "limin": (200, 200), "zhangting": (200, 200), "stranger": (404, 404)}.items():
        client = Client()
        client.force_login(world.users[account])
        found = tuple(client.get(reverse("case-file", args=[pk])).status_code for pk in (used, other))
        assert found == statuses, account


# Sending


def test_a_form_with_mistakes_is_not_sent_and_links_to_each(zhang):
    draft = begin(zhang)
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "表格有" in page
    response = submit(zhang, draft)
    page = response.content.decode()
    assert response.status_code == 422
    assert f"{reverse('draft-section', args=[draft.pk, 2])}?check=1#f-shop-name" in page
    page = zhang.get(reverse("draft-section", args=[draft.pk, 2]) + "?check=1").content.decode()
    assert "还没有填" in page
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"promise": ""}, 422, "请先看承诺"),
        ({"handover": "pigeon"}, 422, "请选一种取件方式"),
        ({"version": "1"}, 409, "在别的页面改过"),
        ({"version": "x" * 99}, 409, "在别的页面改过"),
    ],
)
def test_what_stops_a_filing_says_so_and_files_nothing(zhang, change, status, words):
    draft = fill(zhang, begin(zhang))
    response = submit(zhang, draft, **change)
    assert response.status_code == status
    assert words in response.content.decode()
    assert not Application.objects.exists()


def test_sending_twice_is_sending_once(zhang):
    draft = fill(zhang, begin(zhang))
    first, second = submit(zhang, draft, handover="window"), submit(zhang, draft)
    case = Application.objects.get()
    assert first.url == second.url == reverse("receipt", args=[case.number])
    assert case.handover == "window"
    for name in ("draft", "draft-materials", "draft-check"):
        assert zhang.get(reverse(name, args=[draft.pk])).url == reverse("track", args=[case.number])
    assert zhang.get(reverse("draft-section", args=[draft.pk, 1])).url == reverse("track", args=[case.number])
    response = zhang.post(reverse("draft-field-save", args=[draft.pk]), posted(draft, ["shop-name"]))
    assert response.status_code == 409
    zhang.post(reverse("draft-discard", args=[draft.pk]))
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_a_draft_thrown_away_is_gone(zhang):
    draft = begin(zhang)
    assert zhang.get(reverse("draft-discard", args=[draft.pk])).status_code == 405
    assert zhang.post(reverse("draft-discard", args=[draft.pk])).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.parametrize("way", ["post", "electronic", "pigeon"])
def test_a_way_of_hand_over_that_nobody_serves_is_not_taken(zhang, way):
    answer = submit(zhang, fill(zhang, begin(zhang)), handover=way)
    assert answer.status_code == 422
    assert "请选一种取件方式" in answer.content.decode()
