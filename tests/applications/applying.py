"""What the tests of the citizen's pages share: applying in a browser, step by step."""

import io
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from applications.filling import digest
from applications.models import Draft
from tests.applications.world import FORM


def photo(name: str = "照片.jpg") -> io.BytesIO:
    """A small picture as a phone would send it."""
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "JPEG")
    data.seek(0)
    data.name = name
    return data


def begin(client: Client, matter: str = "noodle-shop", query: str = "?scale=large", **extra: str) -> Draft:
    """Start for oneself, with these answers."""
    answers = dict(pair.split("=") for pair in query.lstrip("?").split("&") if pair)
    response = client.post(reverse("draft-start", args=[matter]), {"_for": "self", **answers, **extra})
    assert response.status_code == 302, response.content.decode()
    return Draft.objects.latest("created_at")


def posted(draft: Draft, codes: list[str], **values: Any) -> dict[str, Any]:
    """What the form sends for these fields, shown as the draft has them."""
    seen = {f"_seen.{code}": digest(draft.form.get(code, "")) for code in codes}
    return {"version": draft.version, "_shown": list(codes), **seen, **values}


def fill(client: Client, draft: Draft) -> Draft:
    """Fill in both sections as a browser would."""
    for number, codes in ((1, list(FORM)[:3]), (2, list(FORM)[3:])):
        draft.refresh_from_db()
        data = posted(draft, codes, **{code: FORM[code] for code in codes})
        response = client.post(reverse("draft-section", args=[draft.pk, number]), data)
        assert response.status_code == 302, response.content.decode()
    draft.refresh_from_db()
    return draft


def submit(client: Client, draft: Draft, **extra: str) -> HttpResponse:
    """Sign and send."""
    data = {"version": draft.version, "handover": "window", "promise": "yes", "duplicate": "再办一件", **extra}
    return client.post(reverse("draft-submit", args=[draft.pk]), data)
