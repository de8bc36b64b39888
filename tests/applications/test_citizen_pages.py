"""The citizen's pages in the browser's place: the whole path, who sees what, and whatever people send."""

import io

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications.models import Application, Draft, MaterialFile
from tests.applications.world import FORM

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def zhang(world):
    client = Client()
    client.force_login(world.users["zhangting"])
    return client


@pytest.fixture
def stranger(world):
    client = Client()
    client.force_login(world.users["stranger"])
    return client


def photo(name="照片.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    data.seek(0)
    data.name = name
    return data


def begin(client, matter="noodle-shop", query="?scale=large", **extra):
    answers = dict(pair.split("=") for pair in query.lstrip("?").split("&") if pair)
    response = client.post(reverse("draft-start", args=[matter]), {"_for": "self", **answers, **extra})
    assert response.status_code == 302, response.content.decode()
    return Draft.objects.latest("created_at")


def posted(draft, codes, **values):
    return {"version": draft.version, "_shown": list(codes), **values}


def fill(client, draft):
    """Fill in both sections as a browser would."""
    for number, codes in ((1, list(FORM)[:3]), (2, list(FORM)[3:])):
        draft.refresh_from_db()
        data = posted(draft, codes, **{code: FORM[code] for code in codes})
        response = client.post(reverse("draft-section", args=[draft.pk, number]), data)
        assert response.status_code == 302, response.content.decode()
    draft.refresh_from_db()
    return draft


def submit(client, draft, **extra):
    data = {"version": draft.version, "handover": "window", "promise": "yes", **extra}
    return client.post(reverse("draft-submit", args=[draft.pk]), data)


def test_the_whole_path_from_the_guide_to_the_receipt(zhang):
    page = zhang.get(reverse("draft-start", args=["noodle-shop"]) + "?scale=large").content.decode()
    assert "300 平方米及以上" in page
    draft = begin(zhang)
    assert draft.answers == {"scale": "large"}
    page = zhang.get(reverse("draft-section", args=[draft.pk, 1])).content.decode()
    assert "从您的实名信息带来" in page
    assert "4\u00a0个部门都用这一栏" in zhang.get(reverse("draft-section", args=[draft.pk, 2])).content.decode()
    draft = fill(zhang, draft)
    response = zhang.post(
        reverse("draft-attach", args=[draft.pk]), {"material": "floor-plan", "files": [photo(), photo("二.jpg")]}
    )
    assert response.status_code == 302
    assert draft.files.count() == 2
    page = zhang.get(reverse("draft-check", args=[draft.pk])).content.decode()
    assert "320\u00a0平方米" in page
    assert "320724********002X" in page
    assert "没有传" in page
    response = submit(zhang, draft)
    case = Application.objects.get()
    assert response.url == reverse("receipt", args=[case.number])
    page = zhang.get(response.url).content.decode()
    assert case.number in page
    assert case.query_code in page
    assert "3\u00a0月\u00a09\u00a0日" in page
    assert "各部门办到哪里" in zhang.get(reverse("track", args=[case.number])).content.decode()
    assert case.number in zhang.get(reverse("my-applications")).content.decode()
