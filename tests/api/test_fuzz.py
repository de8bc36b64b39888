"""Every operation of the description, fuzzed against the real application by schemathesis, as seven kinds of people and as a department's system.

PORTAL_FUZZ_EXAMPLES sets the examples for each operation and person (default 20).
"""

import functools
import hmac
import io
import itertools
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from accounts.models import User
from applications.models import Task
from departments.models import Post, Role
from departments.operations.exchange import connect, issue_key
from portal.wsgi import application
from tests.api.test_systems import KEEPER
from tests.applications.test_looking import bring
from tests.applications.world import World, accepted_case, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MONDAY = "2026-03-02 09:30 +0800"
EXAMPLES = int(os.environ.get("PORTAL_FUZZ_EXAMPLES", "20"))
PEOPLE = {
    "anonymous": "",
    "citizen": "zhangting",
    "clerk": "limin",
    "reviewer": "approval1",
    "supervisor": "zhoutao",
    "editor": "editor1",
    "sysadmin": "keeper",
}
PUBLIC = {"matters_list", "matters_read"}
CHECKS = [
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """With data: a case whose registration may be decided and whose other items wait for it."""
    with time_machine.travel(MONDAY, tick=False):
        world = build_world()
        accepted_case(world)
        for name in ("editor1", "keeper"):
            world.users[name] = User.objects.create(username=name, name=name, is_superuser=name == "keeper")
        Post.objects.create(user=world.users["editor1"], role=Role.EDITOR)
    # A whole request begins and ends by letting go of old connections; the test's own transaction has to stay.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield world
    for signal in signals:
        signal.connect(close_old_connections)


def _cookies(world: World, account: str) -> tuple[dict[str, str], dict[str, str]]:
    """Cookies and headers of somebody signed in, with the CSRF token."""
    if not account:
        return {}, {}
    client = Client()
    client.force_login(world.users[account])
    token = get_token(RequestFactory().get("/"))
    return {"sessionid": client.cookies["sessionid"].value, "csrftoken": token}, {"X-CSRFToken": token}


def _signing() -> Any:
    """The application as the approval bureau's own system reaches it: each request with its token and signature."""
    connect(actor=KEEPER, department="approval")
    keys = issue_key(actor=KEEPER, department="approval")
    numbers = itertools.count()

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        at, message = datetime.now(UTC), f"fuzz-{next(numbers)}"
        signed = hmac.digest(
            b64decode(keys.call_secret[6:]), f"{message}.{int(at.timestamp())}.".encode() + body, "sha256"
        )
        more = {
            "HTTP_AUTHORIZATION": f"Bearer {keys.token}",
            "HTTP_WEBHOOK_ID": message,
            "HTTP_WEBHOOK_TIMESTAMP": str(int(at.timestamp())),
            "HTTP_WEBHOOK_SIGNATURE": f"v1,{b64encode(signed).decode()}",
        }
        return application(environ | more | {"wsgi.input": io.BytesIO(body)}, start_response)

    return app


@pytest.mark.parametrize("person", [*PEOPLE, "system"])
def test_no_server_error_and_nothing_for_strangers(world: World, person: str) -> None:
    app = _signing() if person == "system" else application
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app)
    cookies, headers = _cookies(world, PEOPLE.get(person, ""))
    task = Task.objects.select_related("application").get(item_code="registration")
    file = bring(world, task.application, "premises-proof")
    known = {"material_file": file.pk, "task": task.pk, "number": task.application.number, "code": "noodle-shop"}
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 20
    for operation in operations:

        def ask(case: Any, real: bool) -> None:
            label = case.operation.definition.raw["operationId"]
            if real and case.path_parameters:
                case.path_parameters = {name: known[name] for name in case.path_parameters}
            with transaction.atomic():
                response = case.call(headers=headers, cookies=cookies)
                transaction.set_rollback(True)
            assert response.status_code < 500, f"{label} as {person}: {case.as_curl_command()}\n{response.text}"
            if person == "anonymous" and label not in PUBLIC:
                assert response.status_code in (401, 404, 405), f"{label}: {response.status_code} {response.text}"
            case.validate_response(response, checks=CHECKS)

        cases = st.sampled_from(list(GenerationMode)).flatmap(functools.partial(_cases, operation))
        FEW(given(case=cases, real=st.booleans())(ask))()


def _cases(operation: Any, mode: GenerationMode) -> Any:
    """Requests as described, or deliberately not so."""
    return operation.as_strategy(mode)


FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
