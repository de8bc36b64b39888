"""The API used in sequences: what one answer names is asked for and acted on next, as each kind of person and as a system.

Schemathesis finds the sequences from the description (which answer brings which identifier) and plays them.
"""

from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode

from portal.wsgi import application
from tests.api.test_fuzz import CHECKS, PEOPLE, PUBLIC, _cookies, _signing, world
from tests.applications.world import World

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SEQUENCES, STEPS = 60, 10
# Where a list leads; acts on a task schemathesis finds by itself.
FOLLOWED = [
    ("tasks_read", "/api/v1/tasks/", "task", "id"),
    ("applications_read", "/api/v1/applications/", "number", "number"),
    ("matters_read", "/api/v1/matters/", "code", "code"),
]


@pytest.mark.parametrize("person", [*PEOPLE, "system"])
def test_no_sequence_of_calls_breaks_anything_or_opens_a_door_for_strangers(world: World, person: str) -> None:
    app = _signing() if person == "system" else application
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])  # what is wrong is sent by `test_fuzz`
    for one, many, name, column in FOLLOWED:
        answer = schema.raw_schema["paths"][many]["get"]["responses"]["200"]
        answer["links"] = {one: {"operationId": one, "parameters": {name: f"$response.body#/results/0/{column}"}}}
    cookies, headers = _cookies(world, PEOPLE.get(person, ""))
    followed: list[str] = []

    machine: Any = schema.as_state_machine()

    class Sequences(machine):
        def setup(self) -> None:
            self.undo = transaction.atomic()
            self.undo.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers, "cookies": cookies}

        def validate_response(self, response: Any, case: Any, additional_checks: Any = (), **kwargs: Any) -> None:
            label = case.operation.definition.raw["operationId"]
            assert response.status_code < 500, f"{label} as {person}: {case.as_curl_command()}\n{response.text}"
            if person == "anonymous" and label not in PUBLIC:
                assert response.status_code in (401, 404, 405), f"{label}: {response.status_code} {response.text}"
            case.validate_response(response, checks=CHECKS)
            if response.status_code < 300:
                followed.append(label)

    found = settings(
        max_examples=SEQUENCES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Sequences, settings=found)
    assert len(set(followed)) >= 2, "one call led to another"
    print(person, len(followed), sorted(set(followed)))
