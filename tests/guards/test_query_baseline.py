"""How many queries each list asks: as many with thirty cases as with one, and no more than query_baseline.json says.

PORTAL_REWRITE_BASELINE=1 writes the file anew; look at the difference before committing it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application, CaseMaterial, Correction, Event, Task
from applications.operations import correcting, intake, withdrawal
from tests.applications.world import World, accepted_case, build_world, file_case

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 09:30 +0800"
BASELINE = Path(__file__).with_name("query_baseline.json")
MANY = 30

# what is read -> (account, address)
LISTS = {
    "home": ("", "/"),
    "browse": ("", "/matters/"),
    "search": ("", "/search/?q=面馆"),
    "guide": ("", "/matters/noodle-shop/"),
    "my-applications": ("zhangting", "/my/"),
    "inbox": ("zhangting", "/my/notices/"),
    "window": ("limin", "/window/"),
    "window-correcting": ("limin", "/window/correcting/"),
    "window-pickups": ("limin", "/window/pickups/"),
    "window-tickets": ("limin", "/window/tickets/"),
    "visits": ("zhangting", "/visits/"),
    "supervise-visits": ("zhoutao", "/supervise/visits/"),
    "guidance": ("limin", "/guidance/"),
    "guidance-beside": ("limin", "/guidance/beside/?matter=noodle-shop"),
    "guidance-own": ("market1", "/guidance/own/"),
    "supervise-guidance": ("zhoutao", "/supervise/guidance/"),
    "window-outage": ("limin", "/window/outage/"),
    "supervise-outage": ("zhoutao", "/supervise/outage/"),
    "couriers": ("limin", "/couriers/"),
    "couriers, department": ("market1", "/couriers/"),
    "queue": ("market1", "/queue/"),
    "queue, all with done": ("market1", "/queue/?who=any"),
    "queue, locked": ("market1", "/queue/?who=locked"),
    "queue, of leavers": ("market1", "/queue/?who=left"),
    "promises": ("market1", "/queue/promises/"),
    "deputies": ("market1", "/deputies/"),
    "supervise": ("zhoutao", "/supervise/"),
    "supervise-clocks": ("zhoutao", "/supervise/clocks/"),
    "supervise-list, in hand": ("zhoutao", "/supervise/list/?list=in-hand"),
    "supervise-list, open": ("zhoutao", "/supervise/list/?list=open"),
    "supervise-list, handover": ("zhoutao", "/supervise/list/?list=handover"),
    "supervise-what-if-list": ("zhoutao", "/supervise/what-if/"),
    "api-matters": ("", "/api/v1/matters/"),
    "api-matters, search": ("", "/api/v1/matters/?search=面馆"),
    "api-applications": ("zhangting", "/api/v1/applications/"),
    "api-applications, window": ("limin", "/api/v1/applications/?limit=100"),
    "api-tasks": ("market1", "/api/v1/tasks/"),
    "api-tasks, all with done": ("market1", "/api/v1/tasks/?scope=any"),
}


def test_lists_ask_no_more_queries_than_they_may() -> None:
    with time_machine.travel(MONDAY, tick=False):
        world = build_world()
        cases = _one_of_each(world)
        one = {name: _queries(world, *where) for name, where in LISTS.items()}
        for case in cases:
            _copy(case, MANY - 1)
        many = {name: _queries(world, *where) for name, where in LISTS.items()}
    growing = [name for name in LISTS if len(one[name]) != len(many[name])]
    assert not growing, "\n\n".join(
        f"{name}: {len(one[name])} queries with one case, {len(many[name])} with {MANY}:\n" + "\n".join(many[name])
        for name in growing
    )
    counts = {name: len(found) for name, found in many.items()}
    if os.environ.get("PORTAL_REWRITE_BASELINE") == "1":
        BASELINE.write_text(json.dumps(counts, indent=2, ensure_ascii=False) + "\n")
    known = json.loads(BASELINE.read_text())
    other = [name for name in counts if counts[name] != known.get(name)]
    assert not other, "\n\n".join(
        f"{name}: {counts[name]} queries, the baseline says {known.get(name)}:\n" + "\n".join(many[name])
        for name in other
    )
    assert set(known) == set(LISTS), "the baseline names lists that are no more"


def _one_of_each(world: World) -> list[Application]:
    """A case before receipt, one in correction, one accepted, one concluded."""
    submitted, corrected, accepted = file_case(world), file_case(world), accepted_case(world)
    intake.receive(actor=world.clerk, number=corrected.number)
    material = corrected.materials.filter(state="awaiting").first()
    assert material is not None
    intake.check_material(
        actor=world.clerk, number=corrected.number, material_code=material.material_code, state="wrong", note="看不清"
    )
    correcting.ask_correction(actor=world.clerk, number=corrected.number)
    concluded = accepted_case(world)
    codes = tuple(concluded.tasks.values_list("item_code", flat=True))
    withdrawal.withdraw(actor=world.zhang, number=concluded.number, item_codes=codes, reason="不开了")
    found = [Application.objects.get(pk=case.pk) for case in (submitted, corrected, accepted, concluded)]
    assert [case.state for case in found] == ["submitted", "correcting", "accepted", "concluded"]
    return found


def _copy(case: Application, times: int) -> None:
    """The same case again with all its rows, as if it had gone the same way so many times."""
    columns = {f.attname: getattr(case, f.attname) for f in Application._meta.concrete_fields if not f.primary_key}
    copies = Application.objects.bulk_create(
        Application(**{**columns, "number": f"C{case.pk}-{place}"}) for place in range(times)
    )
    for model in (Task, Correction, Event, CaseMaterial):
        rows: list[Any] = []
        for row in model._default_manager.filter(application=case):
            kept = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
            kept |= {"task_id": None} if model is Event else {}
            rows += [model(**{**kept, "application_id": copy.pk}) for copy in copies]
        model._default_manager.bulk_create(rows)


def _queries(world: World, account: str, address: str) -> list[str]:
    """The queries of one request, after a first one has filled what a process keeps."""
    client = Client()
    if account:
        client.force_login(world.users[account])
    assert client.get(address).status_code == 200, address
    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(address)
    return [query["sql"][:400] for query in captured.captured_queries]
