"""The search dictionary: loaded from search.yaml, edited by administrators, in force at once."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Conflict, Refused
from matters.access import require_editor
from matters.models import LoadedRow, Matter, Saying
from matters.spelling import normal
from matters.words import SayingKind

SOURCE = "search.yaml"
# The kind under which the digests of what was loaded stand beside those of the catalogue's rows.
LOADED = "saying"
WORD_LIMIT, WORDS_LIMIT = 40, 400
# Two who change the dictionary at once wait for each other. Any number that nothing else uses as an advisory lock.
LOCK = 7_240_101


@dataclass(frozen=True)
class SayingRow:
    kind: str
    matter: str | None
    words: list[str]


class FaultySayings(Refused):
    """search.yaml cannot be used; the message says why and where."""


def rows_of(data: Any) -> list[SayingRow]:
    """The rows of a read search.yaml. Raises FaultySayings for anything but the known lists of words."""
    if not isinstance(data, dict) or set(data) - {"fillers", "synonyms", "situations", "outside"}:
        raise FaultySayings(f"{SOURCE}：只能有 fillers、synonyms、situations、outside 四节。")
    rows = [SayingRow(SayingKind.FILLER, None, _words(data.get("fillers", []), "fillers"))]
    for section, kind in (("synonyms", SayingKind.SYNONYM), ("outside", SayingKind.OUTSIDE)):
        groups = data.get(section) or []
        if not isinstance(groups, list):
            raise FaultySayings(f"{SOURCE} {section}：应当一行一组。")
        rows += [SayingRow(kind, None, _words(group, section)) for group in groups]
    situations = data.get("situations") or {}
    if not isinstance(situations, dict):
        raise FaultySayings(f"{SOURCE} situations：应当是“一件事的代码: [说法]”。")
    rows += [SayingRow(SayingKind.SITUATION, str(code), _words(said, str(code))) for code, said in situations.items()]
    return [row for row in rows if row.words]


def _words(given: Any, where: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(word, str) and word.strip() for word in given):
        raise FaultySayings(f"{SOURCE} {where}：应当是一串词语。")
    return list(dict.fromkeys(word.strip() for word in given))


def load_sayings(*, root: Path, actor: Actor, force: bool = False) -> list[str]:
    """Loads `root`/search.yaml, when there is one, and returns the parts that were left alone because an administrator
    changed them here (`force` overwrites them): a matter's code, or the kind for lists that belong to no matter.

    A situation of a matter that is not in the catalogue is passed over. Raises NotAllowed and FaultySayings. Runs in
    the caller's transaction, or in one of its own.
    """
    require_editor(actor)
    path = root / SOURCE
    if not path.exists():
        return []
    try:
        wanted = _parts(rows_of(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FaultySayings(f"{SOURCE}：读不出来（{type(error).__name__}），要用 UTF-8 编码的 YAML。") from error
    with transaction.atomic():
        lock_dictionary()
        known = set(Matter.objects.values_list("code", flat=True)) | set(SayingKind.values)
        loaded = dict(LoadedRow.objects.filter(kind=LOADED).values_list("code", "digest"))
        held = _parts(
            SayingRow(*row) for row in Saying.objects.order_by("pk").values_list("kind", "matter_id", "words")
        )
        kept: list[str] = []
        for part, rows in wanted.items():
            digest, here = _digest(rows), _digest(held.get(part, []))
            if part not in known or (digest == here and loaded.get(part) == digest):
                continue
            if digest != here and not force and here != loaded.get(part, _digest([])):
                kept.append(part)
                continue
            if digest != here:
                _replace(part, rows)
            values = {"digest": digest, "loaded_at": timezone.now()}
            LoadedRow.objects.update_or_create(kind=LOADED, code=part, defaults=values)
    return kept


def lock_dictionary() -> None:
    """One at a time changes the search dictionary, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _parts(rows: Iterable[SayingRow]) -> dict[str, list[SayingRow]]:
    parts: dict[str, list[SayingRow]] = {}
    for row in rows:
        parts.setdefault(row.matter or row.kind, []).append(row)
    return parts


def _digest(rows: Iterable[SayingRow]) -> str:
    text = json.dumps([row.words for row in rows], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _replace(part: str, rows: Iterable[SayingRow]) -> None:
    own = {"kind": part} if part in SayingKind.values else {"matter": part}
    Saying.objects.filter(**own).delete()
    Saying.objects.bulk_create(Saying(kind=row.kind, matter_id=row.matter, words=row.words) for row in rows)


def save_words(*, kind: str, matter: str | None = None, text: str, seen: str, actor: Actor) -> Mapping[str, int]:
    """Keeps what an administrator wrote, in force at once: for fillers and a matter's situations a word a line, for
    synonyms and outside a group a line, parted by 、 or a comma.

    `seen` is `digest_of` what the administrator's page showed. Raises NotAllowed, Conflict when somebody else changed
    it since, and Refused for words that are too long, too many, or nothing but signs.
    """
    require_editor(actor)
    grouped = kind in (SayingKind.SYNONYM, SayingKind.OUTSIDE)
    groups = [_parted(line) if grouped else [line.strip()] for line in text.splitlines()]
    groups = [group for group in groups if any(group)]
    for word in (word for group in groups for word in group):
        if len(word) > WORD_LIMIT:
            raise Refused(f"“{word[:12]}…”太长，一句最多 {WORD_LIMIT} 字。", field="text")
        if not normal(word):
            raise Refused(f"“{word}”里没有汉字、字母或者数字。", field="text")
    if len(groups) > WORDS_LIMIT:
        raise Refused(f"最多 {WORDS_LIMIT} 行。", field="text")
    if kind == SayingKind.SYNONYM and (lone := next((group for group in groups if len(group) < 2), None)):
        raise Refused(f"“{lone[0]}”这一行只有一个词；意思相近的词一行至少两个，用顿号隔开。", field="text")
    if not grouped:
        words = list(dict.fromkeys(word for group in groups for word in group))
        groups = [words] if words else []
    part = matter or kind
    with transaction.atomic():
        lock_dictionary()
        if matter is not None and not Matter.objects.filter(pk=matter).exists():
            raise Refused("没有这件事。")
        if digest_of(kind, matter) != seen:
            raise Conflict("这些说法刚被别人改过，请看最新的再改。")
        _replace(part, [SayingRow(kind, matter, group) for group in groups])
    return {"rows": len(groups), "words": sum(map(len, groups))}


def _parted(line: str) -> list[str]:
    for sign in "，,；;\t":
        line = line.replace(sign, "、")
    return list(dict.fromkeys(word.strip() for word in line.split("、") if word.strip()))


def held_rows(kind: str, matter: str | None = None) -> list[list[str]]:
    """The words of a kind, or of a matter's situations, row by row."""
    rows = Saying.objects.filter(kind=kind, matter=matter).order_by("pk")
    return list(rows.values_list("words", flat=True))


def digest_of(kind: str, matter: str | None = None) -> str:
    """What `save_words` compares: changes with every change of these words."""
    return _digest(SayingRow(kind, matter, words) for words in held_rows(kind, matter))
