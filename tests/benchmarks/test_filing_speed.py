"""How long saving and sending take over HTTP: `pytest tests/benchmarks/test_filing_speed.py -rP` prints it.

Elapsed time through a real server on this machine, with the restaurant of the county's catalogue; statements counted
with the sign-in and the mandates of the person, as a browser causes them.
"""

import http.client
import itertools
import statistics
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.filling import digest
from applications.forms.merged import SEEN, SHOWN
from applications.models import Application, Draft
from applications.operations import drafting
from matters.plan import scheme
from matters.published import current_plan
from tests.applications.test_budgets import MATTER, filled
from tests.applications.world import World, build_world
from tests.catalogue import put_county_catalogue

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ANSWERS = {"scale": "large", "sewer": "town", "signboard": "street"}
SAVES, SUBMITS = 40, 12
MOST_SAVE, MOST_SUBMIT = 6, 25  # statements
TOKEN = "a" * 32


def draft_of(world: World) -> Draft:
    draft = drafting.start_draft(actor=world.zhang, matter_code=MATTER, answers=ANSWERS)
    values = filled(current_plan(MATTER).plan)
    return drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=values)


def typed(draft: Draft, text: str, before: str | None = None) -> dict[str, str]:
    """One box of the form, as the page sends it a second after the last key; `before`: what the box held."""
    found = scheme(current_plan(MATTER).plan, draft.answers)
    code = next(f.spec.code for f in found.fields if f.spec.type == "text" and not f.spec.prefill)
    held = draft.form[code] if before is None else before
    return {SHOWN: code, code: text, SEEN + code: digest(held)}


class Browser:
    """One connection that stays open."""

    def __init__(self, address: str, session: str) -> None:
        server = urlsplit(address)
        self.link = http.client.HTTPConnection(server.hostname or "", server.port)
        self.cookies = f"sessionid={session}; csrftoken={TOKEN}"

    def post(self, path: str, data: Mapping[str, str]) -> tuple[int, float]:
        """Status and milliseconds until the whole answer is here."""
        started = time.perf_counter()
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        self.link.request("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **data}), headers)
        answer = self.link.getresponse()
        answer.read()
        return answer.status, (time.perf_counter() - started) * 1000


def counted(client: Client, path: str, data: Mapping[str, str]) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.post(path, data).status_code in (200, 302)
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(control) for query in found.captured_queries)


def test_autosave_and_submit_over_http(live_server):
    put_county_catalogue()
    world = build_world(catalogue=False)
    client = Client()
    client.force_login(world.users["zhangting"])
    browser = Browser(live_server.url, client.cookies["sessionid"].value)

    draft = draft_of(world)
    save = reverse("draft-field-save", args=[draft.pk])
    texts = [None, *(f"灌河渔家菜馆{n}" for n in range(SAVES))]
    saves = [browser.post(save, typed(draft, str(new), old)) for old, new in itertools.pairwise(texts)]
    assert {status for status, _ in saves} == {200}
    draft.refresh_from_db()
    assert texts[-1] in draft.form.values()
    fresh = draft_of(world)
    save_queries = counted(client, reverse("draft-field-save", args=[fresh.pk]), typed(fresh, "新的店名"))

    sent = []
    for _ in range(SUBMITS):
        one = draft_of(world)
        sent.append(
            browser.post(
                reverse("draft-submit", args=[one.pk]),
                {"version": str(one.version), "promise": "yes", "duplicate": "再办一件"},
            )
        )
    assert {status for status, _ in sent} == {302}
    last = draft_of(world)
    path = reverse("draft-submit", args=[last.pk])
    submit_queries = counted(client, path, {"version": str(last.version), "promise": "yes", "duplicate": "再办一件"})
    assert Application.objects.count() == SUBMITS + 1

    for name, runs, queries, most in (
        ("autosave", saves, save_queries, MOST_SAVE),
        ("submit", sent, submit_queries, MOST_SUBMIT),
    ):
        times = sorted(elapsed for _, elapsed in runs)
        sys.stdout.write(
            f"{name}: median {statistics.median(times):.1f} ms, slowest {times[-1]:.1f} ms of {len(times)}, "
            f"{queries} statements of {most}\n"
        )
    assert save_queries <= MOST_SAVE
    assert submit_queries <= MOST_SUBMIT
