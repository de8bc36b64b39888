"""The county's catalogue behind the public pages, and a reader of what they say."""

from typing import Any

import pytest
from django.test import Client

from departments.models import Counter, Hall
from tests.catalogue import put_county_catalogue


@pytest.fixture
def county(db: None) -> None:
    """All hundred matters, and one hall with two counters."""
    put_county_catalogue()
    hall = Hall.objects.create(code="county", name="灌南县政务服务中心", address="新安镇", hours="周一至周五")
    Counter.objects.bulk_create([Counter(hall=hall, number="1"), Counter(hall=hall, number="2")])


@pytest.fixture
def read(client: Client) -> Any:
    """Reads a page: its text, in which a number and its unit are joined by a plain space."""

    def page(address: str, status: int = 200, **headers: str) -> str:
        response = client.get(address, headers=headers)
        assert response.status_code == status, address
        return response.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")

    return page
