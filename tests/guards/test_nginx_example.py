"""docs/nginx.conf lets through what the portal takes: the longest request of each address, and no more elsewhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.files.limits import ELSEWHERE

EXAMPLE = (Path(settings.BASE_DIR) / "docs" / "nginx.conf").read_text(encoding="utf-8")
MEGABYTE = 1024 * 1024
DEFAULT = int(re.findall(r"^    client_max_body_size (\d+)m;", EXAMPLE, re.MULTILINE)[0]) * MEGABYTE
PLACES = [
    (re.compile(pattern), int(size) * MEGABYTE)
    for pattern, size in re.findall(r"location ~ (\S+) \{\s+client_max_body_size (\d+)m;", EXAMPLE)
]


def routes() -> list[tuple[str, int]]:
    """A path of each address, and the bytes its view takes."""
    found: list[tuple[str, int]] = []

    def walk(resolver: URLResolver, before: str) -> None:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    walk(pattern, route)
            elif isinstance(pattern, URLPattern):
                path = "/" + re.sub(r"<[^>]+>", "7", route)
                found.append((path, getattr(pattern.callback, "body_limit", ELSEWHERE)))

    walk(get_resolver(), "")
    return found


def passed_on(path: str) -> int:
    """Bytes that nginx lets through to this path: the first place that fits, as nginx looks."""
    return next((size for place, size in PLACES if place.search(path)), DEFAULT)


def test_the_example_was_read() -> None:
    assert DEFAULT >= ELSEWHERE
    assert len(PLACES) == 4


@pytest.mark.parametrize(("path", "taken"), [route for route in routes() if route[1] > ELSEWHERE])
def test_where_files_are_taken_the_web_server_lets_the_portal_refuse_in_words(path: str, taken: int) -> None:
    assert taken < passed_on(path)


def test_large_bodies_go_nowhere_but_to_staff() -> None:
    wide = {path for path, taken in routes() if taken <= ELSEWHERE and passed_on(path) > DEFAULT}
    assert all(path.startswith(("/window/", "/admin/")) for path in wide), wide
