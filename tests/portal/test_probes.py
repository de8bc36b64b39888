"""The machine's probes."""

import pytest
from django.db import connection
from django.test import Client


def test_healthz_asks_nobody() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_tells_database_and_cache() -> None:
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ok": True, "database": True, "cache": True, "worker": None}


@pytest.mark.django_db
def test_readyz_without_a_cache_is_still_ready(settings: object) -> None:
    caches = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    setattr(settings, "CACHES", caches)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["cache"]) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_readyz_without_a_database_is_503() -> None:
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "no-such-database"
    try:
        response = Client().get("/readyz")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    assert (response.status_code, response.json()["ok"]) == (503, False)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_probes_are_read_only(method: str) -> None:
    assert getattr(Client(), method)("/healthz").status_code == 405
