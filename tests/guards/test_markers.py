"""Twenty markers of personal data walk the whole way; nowhere on it do they stand in clear where they need not.

Ten people, each with an identity number and a telephone number of their own. Looked at: every column of every table,
notices, the outbox, what is logged and printed, every address asked for or sent on to, and what other roles are shown.
"""

import logging
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from psycopg2 import sql

from accounts.models import User
from accounts.operations.people import register_person
from applications.models import Application, CasePaper
from applications.operations import correcting, drafting, intake, review, submission
from departments.access import actor_for
from foundation.outbox.operations import deliver_due
from tests.applications.world import FORM, World, build_world, check_all, task_of

MONDAY = "2026-03-02 09:30 +0800"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PEOPLE, WALKED = 10, 4


def id_number(place: int) -> str:
    """A valid made-up number (GB 11643): the eighteenth character follows from the others."""
    body = f"32072419{70 + place}0{1 + place % 9}15{700 + 7 * place:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


ID_NUMBERS = [id_number(place) for place in range(PEOPLE)]
PHONES = [f"1380517{4400 + 37 * place}" for place in range(PEOPLE)]


def _walk(world: World, place: int) -> Application:
    user = world.users[f"marked{place}"] = User.objects.create(username=f"marked{place}", name="甲某")
    register_person(user=user, name="甲某", id_number=ID_NUMBERS[place], phone=PHONES[place])
    form = FORM | {"applicant-id-number": ID_NUMBERS[place], "applicant-phone": PHONES[place], "applicant-name": "甲某"}
    actor = actor_for(user)
    draft = drafting.start_draft(actor=actor, matter_code="noodle-shop", answers={"scale": "large"})
    draft = drafting.fill_in(actor=actor, draft_id=draft.pk, version=draft.version, values=form)
    case = submission.submit(actor=actor, draft_id=draft.pk)
    intake.receive(actor=world.clerk, number=case.number)
    if place == 0:
        wrong = case.materials.filter(state="awaiting").first()
        assert wrong is not None
        intake.check_material(
            actor=world.clerk, number=case.number, material_code=wrong.material_code, state="wrong", note="看不清"
        )
        correcting.ask_correction(actor=world.clerk, number=case.number)
        correcting.answer_correction(actor=actor, number=case.number)
    if place >= WALKED:
        return Application.objects.get(pk=case.pk)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    task = task_of(case, "registration")
    reviewer = world.reviewer("approval")
    review.claim(actor=reviewer, task_id=task.pk)
    review.advise(actor=reviewer, task_id=task.pk, points={}, opinion="合格")
    review.decide(actor=reviewer, task_id=task.pk, verdict="grant", result_number=f"9232072400000{place:05d}")
    if place < 2:  # papers are made and messages sent for two; of the others everything still waits in the outbox
        deliver_due()
    return Application.objects.get(pk=case.pk)


def found_in(text: str, markers: list[str]) -> list[str]:
    return [marker for marker in markers if marker in text]


def test_no_marker_stands_in_clear_where_it_need_not(
    db: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Ten cases, all filed and received; four accepted, claimed, advised and decided, one of them corrected before."""
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        logging.getLogger(name).addHandler(caplog.handler)
    with time_machine.travel(MONDAY, tick=False):
        world = build_world()
        cases = [_walk(world, place) for place in range(PEOPLE)]
        _really_there(cases)
        leaks = _in_tables()
        for account, reads_phones in READERS.items():
            leaks += _shown_to(world, cases, account, ID_NUMBERS if reads_phones else ID_NUMBERS + PHONES)
        leaks += _shown_to_the_applicant(world, cases[0])
        leaks += _found_at_the_window(world)
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(caplog.handler)
    printed = capfd.readouterr()
    assert "短信" in caplog.text, "the console adapter wrote nothing, so nothing was looked at"
    leaks += [f"logged or printed: {m}" for m in found_in(caplog.text + printed.out + printed.err, ID_NUMBERS + PHONES)]
    assert leaks == []


LOGGERS = ("django", "django.request", "sms")
# account -> may read telephone numbers (an item of the department uses that field); identity numbers nobody.
READERS = {
    "stranger": False,
    "limin": False,
    "zhoutao": False,
    "approval1": True,
    "market1": False,
    "fire1": False,
    "urban-management1": False,
    "tax1": False,
}


def _really_there(cases: list[Application]) -> None:
    """Otherwise nothing would be found because nothing was planted."""
    assert len(set(ID_NUMBERS + PHONES)) == 20
    assert [case.form["applicant-id-number"] for case in cases] == ID_NUMBERS
    assert [case.applicant.phone for case in cases] == PHONES
    assert CasePaper.objects.exclude(document__file=None).count() > 2


def _in_tables() -> list[str]:
    """Every column of every table, outbox and notices among them."""
    leaks = []
    everything = "SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {} t"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(sql.SQL(everything).format(sql.Identifier(table)))
            leaks += [f"table {table}: {marker}" for marker in found_in(cursor.fetchone()[0], ID_NUMBERS + PHONES)]
    return leaks


def _shown_to(world: World, cases: list[Application], account: str, markers: list[str]) -> list[str]:
    client = Client()
    client.force_login(world.users[account])
    addresses = ["/api/v1/applications/?limit=100", "/api/v1/tasks/?limit=100&scope=any", "/api/v1/matters/"]
    for case in cases:
        addresses.append(f"/api/v1/applications/{case.number}/")
        addresses += [f"/api/v1/tasks/{task.pk}/" for task in case.tasks.all()]
    case = cases[0]
    addresses += ["/queue/", "/supervise/", "/supervise/list/?list=in-hand", f"/supervise/{case.number}/", "/window/"]
    addresses += [f"/queue/{task.pk}/" for task in case.tasks.all()]
    addresses += [f"/window/{case.number}/?tab={tab}" for tab in ("papers", "plan", "timeline")]
    addresses += [f"/verify/{paper.document.token}/" for paper in case.papers.select_related("document")]
    leaks, read = [], 0
    for address in addresses:
        response: Any = client.get(address)
        read += response.status_code == 200
        text = response.content.decode() + str(response.headers.get("Location", ""))
        leaks += [f"{address} as {account}: {marker}" for marker in found_in(text, markers)]
    assert read >= 3, f"{account} read nothing, so nothing was looked at"
    return leaks


def _shown_to_the_applicant(world: World, case: Application) -> list[str]:
    """Their own numbers are masked too: somebody may look over their shoulder."""
    client = Client()
    client.force_login(world.users["marked0"])
    leaks = []
    for address in (f"/api/v1/applications/{case.number}/", f"/my/{case.number}/", "/my/", "/my/notices/"):
        response: Any = client.get(address)
        assert response.status_code == 200, address
        leaks += [f"{address}: {marker}" for marker in found_in(response.content.decode(), ID_NUMBERS + PHONES)]
    return leaks


def _found_at_the_window(world: World) -> list[str]:
    """Numbers typed into a search or, by mistake, as a name reach no address and (see above) no log."""
    clerk = Client(raise_request_exception=False)
    clerk.force_login(world.users["limin"])
    answers: list[Any] = [clerk.post("/window/find/", {"q": text}) for text in (ID_NUMBERS[3], PHONES[3])]
    answers.append(Client().post("/sign-in/", {"username": ID_NUMBERS[2], "password": "x"}))
    clerk.get("/api/v1/nothing/")
    leaks = []
    for answer in answers:
        assert answer.status_code in (200, 302)
        leaks += [f"address: {m}" for m in found_in(answer.headers.get("Location", ""), ID_NUMBERS + PHONES)]
    return leaks
