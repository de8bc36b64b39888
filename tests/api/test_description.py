"""The OpenAPI description: version, completeness, who may read it."""

import pytest
from django.core.management import call_command
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_every_operation_is_described_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_the_description_names_every_address_of_version_1(client):
    from portal.api import v1

    described = client.get(reverse("api-schema"), {"format": "json"}).json()
    assert described["openapi"] == "3.1.0"
    addresses = [pattern for one in v1 for pattern in one.url_patterns]
    assert len(described["paths"]) == len(addresses) == 20
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    assert all(operation["summary"] and operation["operationId"] for operation in operations)
    protected = [operation for operation in operations if {} not in operation["security"]]
    both = [operation for operation in protected if {"system": []} in operation["security"]]
    assert {operation["operationId"].split("_")[0] for operation in both} == {"tasks", "task"}
    assert all({"401", "403"} <= set(operation["responses"]) for operation in protected)
    assert len(operations) - len(protected) == 2  # the catalogue alone is public


def test_outside_the_demo_only_who_is_signed_in_reads_it(client, django_user_model, settings):
    assert client.get(reverse("api-schema")).status_code == 200
    settings.DEMO = False
    assert client.get(reverse("api-schema")).status_code == 401
    client.force_login(django_user_model.objects.create(username="somebody"))
    assert client.get(reverse("api-schema")).status_code == 200


def test_an_address_with_a_line_break_in_it_is_answered_in_the_one_shape(client) -> None:
    response = client.get("/api/v1/matters/%0Anothing/")
    assert response.status_code == 404 and response["Content-Type"] == "application/json"
