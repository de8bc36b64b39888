"""The readers of environment variables refuse what is odd and name the variable."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import env


def test_text_is_required_unless_a_default_is_given() -> None:
    assert env.text("A", environ={"A": " x "}) == "x"
    assert env.text("A", "y", environ={"A": ""}) == "y"
    with pytest.raises(ImproperlyConfigured, match="A is required"):
        env.text("A", environ={})


def test_text_comes_from_a_named_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden\n")
    assert env.text("A", environ={"A_FILE": str(secret)}) == "hidden"
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.text("A", environ={"A": "x", "A_FILE": str(secret)})
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.text("A", environ={"A_FILE": str(tmp_path / "none")})
    secret.write_text("")
    with pytest.raises(ImproperlyConfigured, match="empty file"):
        env.text("A", environ={"A_FILE": str(secret)})


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("ON", True), ("no", False), ("0", False), ("", True)])
def test_flag(value: str, expected: bool) -> None:
    assert env.flag("A", True, environ={"A": value}) is expected


@pytest.mark.parametrize("value", ["2", "ja", "True!", "１"])
def test_flag_refuses(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="A must be 1 or 0"):
        env.flag("A", True, environ={"A": value})


@pytest.mark.parametrize("value", ["x", "1.5", "1e3", "８０００", "0", "65536", "9" * 30])
def test_integer_refuses(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="PORT must"):
        env.integer("PORT", 8000, low=1, high=65535, environ={"PORT": value})


def test_integer_names_and_choice() -> None:
    assert env.integer("PORT", 8000, low=1, high=65535, environ={"PORT": "8080"}) == 8080
    assert env.names("A", environ={"A": "a, b"}) == ["a", "b"]
    assert env.names("A", "", environ={}) == []
    assert env.choice("A", "x", ("x", "y"), environ={"A": "y"}) == "y"
    with pytest.raises(ImproperlyConfigured):
        env.names("A", environ={"A": "a,,b"})
    with pytest.raises(ImproperlyConfigured):
        env.choice("A", "x", ("x", "y"), environ={"A": "z"})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://u:p%40w@db.example:5433/portal", ("u", "p@w", "db.example", "5433", "portal")),
        ("postgresql://u@%2Ftmp%2FGn-X/portal", ("u", "", "/tmp/Gn-X", "", "portal")),
        ("postgres://u@[::1]:5432/p", ("u", "", "::1", "5432", "p")),
    ],
)
def test_database(url: str, expected: tuple[str, ...]) -> None:
    entry = env.database("URL", environ={"URL": url})
    assert tuple(entry[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected


@pytest.mark.parametrize(
    "url", ["sqlite:///db", "postgres://u:secret@h", "postgres://u:secret@h:x/p", "postgres:///p", "postgres://h/a/b"]
)
def test_database_refuses_without_showing_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database("URL", environ={"URL": url})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (env.hex_key, "00"),
        (env.hex_key, "zz" * 16),
        (env.hex_keys, "00" * 16),
        (env.hex_keys, f"a={'00' * 16},a={'11' * 16}"),
        (env.hex_keys, f"A!={'00' * 16}"),
    ],
)
def test_keys_are_refused(reader: Any, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KEY"):
        reader("KEY", length=16, environ={"KEY": value})


def test_keys() -> None:
    assert env.hex_key("KEY", length=2, environ={"KEY": "00FF"}) == "00ff"
    assert env.hex_keys("KEY", length=2, environ={"KEY": "a=00FF,b=0101"}) == {"a": "00ff", "b": "0101"}


def test_redis_url() -> None:
    assert env.redis_url("R", environ={"R": "redis://h/0"}) == "redis://h/0"
    with pytest.raises(ImproperlyConfigured, match="R must begin"):
        env.redis_url("R", environ={"R": "http://h"})
