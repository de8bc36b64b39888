"""A page, or the part of it that htmx swaps."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_part(request: HttpRequest) -> bool:
    """True when htmx asks for what it swaps; going back in the browser wants the page again."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


def answer(request: HttpRequest, page: str, part: str, context: Mapping[str, object]) -> HttpResponse:
    """The page, or only the part of it that htmx swaps."""
    swap = is_part(request)
    response = render(request, part if swap else page, {**context, "swapped": swap})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response
