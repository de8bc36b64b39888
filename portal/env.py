"""Typed readers of environment variables. An odd value stops the start with a sentence that names the variable; it is
never guessed at.

An empty value counts as unset: `FOO= make run` and a missing FOO mean the same.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_MISSING = object()
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def text(name: str, default: object = _MISSING, *, environ: Mapping[str, str] = os.environ) -> str:
    """The variable as text; from the file named by `<name>_FILE` where that is set (secrets stay out of the process
    list)."""
    value = environ.get(name, "").strip()
    file = environ.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; give one of them.")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE names an empty file: {file}")
    if value:
        return value
    if default is _MISSING:
        raise ImproperlyConfigured(f"{name} is required and not set.")
    return str(default)


def flag(name: str, default: bool, *, environ: Mapping[str, str] = os.environ) -> bool:
    """1/0, true/false, yes/no, on/off; nothing else."""
    value = text(name, "", environ=environ).lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, low: int, high: int, environ: Mapping[str, str] = os.environ) -> int:
    """A whole number within bounds."""
    value = text(name, default, environ=environ)
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    if not low <= int(value) <= high:
        raise ImproperlyConfigured(f"{name} must lie between {low} and {high}, not {value}.")
    return int(value)


def choice(name: str, default: str, allowed: tuple[str, ...], *, environ: Mapping[str, str] = os.environ) -> str:
    """One of the allowed words."""
    value = text(name, default, environ=environ)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def names(name: str, default: object = _MISSING, *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated list; empty parts are refused."""
    value = text(name, default, environ=environ)
    parts = [part.strip() for part in value.split(",")] if value else []
    if any(not part or " " in part for part in parts):
        raise ImproperlyConfigured(f"{name} must be a comma-separated list without empty parts, not {value!r}.")
    return parts


def hex_key(name: str, *, length: int, environ: Mapping[str, str] = os.environ) -> str:
    """A required key of `length` bytes as hexadecimal text."""
    value = text(name, environ=environ)
    if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * length}}}", value):
        raise ImproperlyConfigured(f"{name} must be {length} bytes as {2 * length} hexadecimal digits.")
    return value.lower()


def hex_keys(name: str, *, length: int, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Required keys by id: `2026a=00ff…,2027a=…`."""
    found: dict[str, str] = {}
    for part in names(name, environ=environ):
        key_id, _, value = part.partition("=")
        if not re.fullmatch(r"[0-9a-z]{1,16}", key_id) or not re.fullmatch(rf"[0-9a-fA-F]{{{2 * length}}}", value):
            raise ImproperlyConfigured(f"{name} must read id=hex,id=hex with {2 * length} hexadecimal digits each.")
        if key_id in found:
            raise ImproperlyConfigured(f"{name} names the key {key_id} twice.")
        found[key_id] = value.lower()
    return found


def database(name: str, default: object = _MISSING, *, environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """A Django database entry from `postgres://user:password@host:port/name`; a percent-coded path as host is a Unix
    socket's folder.

    Written here because the usual URL parsers do not decode a socket folder in the host's place.
    """
    value = text(name, default, environ=environ)
    parts = urlsplit(value)
    database_name = unquote(parts.path.lstrip("/"))
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} has an odd port.") from error
    if parts.scheme not in {"postgres", "postgresql"} or not database_name or "/" in database_name or not parts.netloc:
        # The value is not repeated here: it may hold a password.
        raise ImproperlyConfigured(f"{name} must look like postgres://user:password@host:5432/name.")
    host = parts.netloc.rpartition("@")[2]
    if port is not None:
        host = host.rpartition(":")[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host.strip("[]")),  # not `parts.hostname`, which is in lower case
        "PORT": str(port or ""),
    }


def redis_url(name: str, default: object = _MISSING, *, environ: Mapping[str, str] = os.environ) -> str:
    """A Redis address: redis://, rediss:// or unix://."""
    value = text(name, default, environ=environ)
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://.")
    return value
