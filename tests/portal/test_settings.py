"""Every profile can be loaded; the production profile refuses what belongs to a demo."""

import json
import os
import subprocess
import sys

import pytest

from portal.embedded import BASE_DIR

PRODUCTION = {
    "SECRET_KEY": "k3Jx-" * 12,
    "ALLOWED_HOSTS": "portal.example.cn",
    "SITE_URL": "https://portal.example.cn",
    "DATABASE_URL": "postgres://app:x@db/portal",
    "REDIS_URL": "redis://redis/0",
    "FIELD_KEYS": "2026a=000102030405060708090a0b0c0d0e0f",
    "FIELD_KEY_ID": "2026a",
    "BLIND_INDEX_KEY": "f0" * 32,
    "FILE_ROOT": "/srv/portal/files",
    "VIRUS_SCANNER": "tcp://clamd:3310",
    "SMS_ADAPTER": "foundation.notices.adapters.gateway",
    "SMS_GATEWAY_URL": "https://sms.example.cn/send",
    "SMS_GATEWAY_TOKEN": "token",
}
SHOWN = (
    "CONTENT_SECURITY_POLICY",
    "DEBUG",
    "DEMO",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "SECURE_HSTS_SECONDS",
    "SMS_ADAPTER",
)


def load(profile: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = (
        f"import json, portal.settings.{profile} as s; print(json.dumps({{n: getattr(s, n, None) for n in {SHOWN}}}))"
    )
    clean = {"PATH": os.environ["PATH"]} | environ
    return subprocess.run(
        [sys.executable, "-c", program], cwd=BASE_DIR, env=clean, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("profile", ["base", "embedded", "test"])
def test_profile_loads_without_services(profile: str) -> None:
    done = load(profile, {})
    assert done.returncode == 0, done.stderr


def test_production_loads_and_is_strict() -> None:
    done = load("production", PRODUCTION)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["DEBUG"], shown["DEMO"], shown["SESSION_COOKIE_SECURE"]) == (False, False, True)
    assert shown["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert shown["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_production_names_what_is_missing(missing: str) -> None:
    done = load("production", {name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode != 0
    assert f"{missing} is required" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("SITE_URL", "http://portal.example.cn"),
        ("FIELD_KEY_ID", "2027a"),
        ("BLIND_INDEX_KEY", "000102030405060708090a0b0c0d0e0f" * 2),
        ("FILE_ROOT", "files"),
        ("VIRUS_SCANNER", "clamd:3310"),
        ("CARD_READER", "http://reader.example.cn/read"),
        ("SMS_ADAPTER", "foundation.notices.adapters.console"),
        ("SMS_GATEWAY_URL", "http://sms.example.cn/send"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
    ],
)
def test_production_refuses(name: str, value: str) -> None:
    done = load("production", PRODUCTION | {name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_the_card_reader_alone_is_added_to_where_a_page_may_ask() -> None:
    given = PRODUCTION | {"CARD_READER": "http://127.0.0.1:19196/read"}
    done = load("production", given)
    policy = json.loads(done.stdout.splitlines()[-1])["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["connect-src"] == ["'self'", "http://127.0.0.1:19196"]
    without = json.loads(load("production", PRODUCTION).stdout.splitlines()[-1])["CONTENT_SECURITY_POLICY"]
    assert "connect-src" not in without["DIRECTIVES"]


def test_pins_are_exact() -> None:
    lines = [
        line
        for file in ("requirements.txt", "requirements-dev.txt")
        for line in (BASE_DIR / file).read_text().splitlines()
    ]
    pinned = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert pinned
    for line in pinned:
        assert "==" in line, line
        assert "  # " in line, f"say why: {line}"
