"""What a window would probably ask for again, worked out from the files of a draft, for its pages."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.certificates import kind_of
from applications.checking import Advice, FileFacts, PaperFacts, advice
from applications.models import Draft, MaterialFile, Reading, VaultPaper
from applications.operations import vault
from departments.access import Actor
from foundation.files import words
from matters.plan import Scheme

if TYPE_CHECKING:
    from applications.views.citizen_materials import Tile

NAMES = ("profile.applicant_name", "profile.name", "profile.agent_name", "profile.representative_name")


def advice_on(draft: Draft, found: Scheme, tiles: Iterable["Tile"]) -> list[Advice]:
    """Everything noticed about the papers of a draft. Two queries."""
    files = [row for tile in tiles for row in tile.files]
    ends = dict(
        VaultPaper.objects.filter(file__in=[row.file_id for row in files]).values_list("file_id", "valid_until")
    )
    readings = {reading.row_id: reading for reading in Reading.objects.filter(row__in=files)}
    papers = [
        PaperFacts(
            code=tile.code,
            name=tile.material.spec.name,
            wanted=tile.material.counted and tile.material.need == "core",
            files=tuple(_facts(row, ends.get(row.file_id), readings.get(row.pk)) for row in tile.files),
        )
        for tile in tiles
    ]
    return advice(papers, _names(draft, found), timezone.localdate())


def _facts(row: MaterialFile, valid_until: date | None, reading: Reading | None) -> FileFacts:
    values: dict[str, Any] = reading.values if reading else {}
    file = row.file
    return FileFacts(
        name=file.name,
        width=file.width,
        height=file.height,
        blank=file.blank,
        valid_until=valid_until or _day(values.get("valid_until", "")),
        read_name=values.get("name") or values.get("applicant_name") or "",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:  # a digit was misread: no day is better than a wrong one
        return None


def _names(draft: Draft, found: Scheme) -> list[str]:
    fields = [field.spec for section in found.sections for field in section.fields]
    typed = [str(draft.form.get(spec.code, "")) for spec in fields if spec.prefill in NAMES]
    return [*typed, draft.applicant.name if draft.applicant else ""]


def dressed(actor: Actor, draft: Draft, found: Scheme, tiles: list["Tile"]) -> list["Tile"]:
    """The tiles with what the vault offers, what was asked elsewhere, what can be read, and what was noticed."""
    offered = vault.offered(actor, draft)
    fetches = {one.material_code: one for one in draft.fetches.all()}
    readings = {one.row_id: one for one in Reading.objects.filter(row__draft=draft)}
    kept = set(VaultPaper.objects.filter(file__in=draft.files.values("file")).values_list("file_id", flat=True))
    noticed: dict[str, list[Advice]] = {}
    for one in advice_on(draft, found, tiles):
        if not one.missing:
            noticed.setdefault(one.code, []).append(one)
    return [
        replace(
            tile,
            offered=tuple(offered.get(tile.code, ())),
            fetch=fetches.get(tile.code),
            readings={row.pk: readings[row.pk] for row in tile.files if row.pk in readings},
            readable=bool(kind_of(tile.material.spec.name)) and words.available(),
            kept=frozenset(row.pk for row in tile.files if row.file_id in kept),
            advice=tuple(noticed.get(tile.code, ())),
        )
        for tile in tiles
    ]
