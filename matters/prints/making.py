"""From a published revision to the PDF of a print, kept in the process: no state, nothing written."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from foundation.documents.rendering import typeset
from matters.drawn import Answers, always, drawn
from matters.prints import forms, halls, words
from matters.prints.halls import HallFacts, Listed
from matters.prints.pictures import drawn_as
from matters.versions import Edition
from matters.where import Where

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "prints"
KEPT = 64  # of about 60 kB each; a county prints few matters many times


@cache
def _source(name: str) -> bytes:
    return (TEMPLATES / "common.typ").read_bytes() + (TEMPLATES / f"{name}.typ").read_bytes()


@lru_cache(maxsize=KEPT)
def notice(edition: Edition, answers: Answers, where: Where, today: date) -> bytes:
    """一次性告知单 as PDF for exactly these answers. Its QR code opens the guide with them and with the version code."""
    shown = drawn(edition, answers).guide
    return _set("notice", words.notice(shown, edition, where, today), _address(edition, shown.chosen), today)


@lru_cache(maxsize=KEPT)
def panel(edition: Edition, where: Where, today: date) -> bytes:
    """Wall panel, A3."""
    shown = drawn(edition, ()).guide
    data = words.panel(shown, edition, where, always(edition), today)
    return _set("panel", data, _address(edition, {}), today)


@lru_cache(maxsize=KEPT)
def leaflet(edition: Edition, where: Where, today: date) -> bytes:
    """Leaflet: A4 across, printed on both sides and folded once to A5."""
    shown = drawn(edition, ()).guide
    data = words.leaflet(shown, edition, where, always(edition), today)
    return _set("leaflet", data, _address(edition, {}), today)


@lru_cache(maxsize=KEPT)
def bring(edition: Edition, answers: Answers, where: Where, today: date) -> bytes:
    """带这些来: pictures and names of the papers for these answers, in large type, A4."""
    shown = drawn(edition, answers).guide
    data = words.bring(shown, edition, where, today)
    papers = [{**paper, "picture": drawn_as(paper["picture"])} for paper in data["papers"]]
    return _set("bring", {**data, "papers": papers}, _address(edition, shown.chosen), today)


@lru_cache(maxsize=KEPT)
def form(edition: Edition, material: str, *, filled: bool) -> bytes:
    """Empty form or filled sample of a material. Raises KeyError when the plan has none."""
    plan = edition.plan
    spec = plan.materials[material]
    if not spec.blank_form:
        raise KeyError(material)
    data = forms.sheet(plan, spec, edition, filled=filled)
    return _set("form", data, _address(edition, {}), timezone.localdate(edition.live_from))


@lru_cache(maxsize=KEPT)
def hall_map(hall: HallFacts, matters: tuple[Listed, ...], today: date) -> bytes:
    """A hall's map, A3. Its QR code opens the hall's list of guides with the version code."""
    return _hall("hall", halls.hall_map(hall, matters, words.chinese_date(today)), hall, today)


@lru_cache(maxsize=KEPT)
def signs(hall: HallFacts, matters: tuple[Listed, ...], today: date) -> bytes:
    """A sign for each counter of a hall, A4 across."""
    return _hall("sign", halls.signs(hall, matters, words.chinese_date(today)), hall, today)


def _hall(name: str, data: Mapping[str, Any], hall: HallFacts, today: date) -> bytes:
    address = f"{settings.SITE_URL}{reverse('hall', args=[hall.code])}?{urlencode({'v': data['code']})}"
    return _set(name, data, address, today)


def _address(edition: Edition, chosen: Mapping[str, str]) -> str:
    query = urlencode({**chosen, "v": edition.code})
    return f"{settings.SITE_URL}{reverse('guide', args=[edition.plan.code])}?{query}"


def _set(name: str, data: Mapping[str, Any], address: str, day: date) -> bytes:
    moment = datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)
    whole = {**data, "demo": settings.DEMO, "portal": settings.PORTAL_NAME}
    return typeset(_source(name), whole, address=address, moment=moment, name=f"{name} {data['code']}")
