"""The catalogue as YAML files in the source format, and back out of a .zip of them."""

import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import yaml
from pypinyin import lazy_pinyin

from foundation.errors import Refused
from matters.exchange.taken import Spot, Taken
from matters.source.checking import SHAPES, Catalogue, check_source
from matters.source.digest import row_digest
from matters.source.reading import KINDS, Source, read_rows
from matters.specs import Json

# As the loader counts them: the field's file, and its place in it.
PLACES_A_FILE = 10_000
ROW_LIMIT = 20_000
FILE_LIMIT = 2 * 1024 * 1024
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # one catalogue gives one archive, byte by byte
NESTED = {"questions", "steps", "materials"}


def catalogue_files(catalogue: Catalogue, positions: Mapping[str, int]) -> dict[str, str]:
    """File name -> text: items by department, matters by theme, fields by the files they were loaded from."""
    files: dict[str, list[Json]] = defaultdict(list)
    for kind, rows in catalogue.rows.items():
        for code, row in rows.items():
            files[_file_of(kind, row, positions.get(code, 0))].append(source_row(kind, row))
    return {name: _text(rows) for name, rows in sorted(files.items())}


def _file_of(kind: str, row: Mapping[str, Any], position: int) -> str:
    if kind in ("department", "town"):
        return KINDS[kind]
    part = {
        "material": "all",
        "field": f"part-{position // PLACES_A_FILE + 1:02d}",
        "item": row.get("department"),
        "matter": _latin(row.get("theme") or ""),
    }[kind]
    return KINDS[kind].replace("*", str(part))


def _latin(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(lazy_pinyin(text)).lower()).strip("-") or "other"


def source_row(kind: str, row: Mapping[str, Any]) -> Json:
    """The row as a person would write it: the keys of its kind in their order, optional ones where they say something."""
    shape = SHAPES[kind]
    told = {key: row[key] for key in shape.optional if not _silent(row.get(key))}
    found = {key: row.get(key) for key in shape.required} | told
    for key in NESTED & found.keys():
        found[key] = [_without_silent(part) for part in found[key] or []]
    return found


def _silent(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _without_silent(part: Mapping[str, Any]) -> Json:
    return {key: value for key, value in part.items() if key != "starts_on" or value}


class _Dumper(yaml.CSafeDumper):
    """Without anchors: two rows with an equal list are two lists."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(rows: list[Json]) -> str:
    return yaml.dump(rows, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def zipped(files: Mapping[str, str]) -> bytes:
    """A .zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_zip(content: bytes, held: Catalogue, positions: Mapping[str, int]) -> Taken:
    """What the files change against `held`, and every fault of their rows. Raises Refused when none can be read."""
    taken, source = Taken(), Source({kind: [] for kind in KINDS}, whole=False)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                _read_file(archive, info, source, taken)
    if not any(source.rows.values()) and not taken.faults:
        raise Refused(
            "压缩包里没有目录的文件：要有 materials、fields、items、matters 文件夹，像“导出 YAML”得到的那样。"
        )
    for kind, read in source.rows.items():
        for entry in read:
            if isinstance(entry.data, dict) and isinstance(entry.data.get("code"), str):
                taken.spots.setdefault((kind, entry.data["code"]), Spot(entry.file, entry.place))
    found, faults = check_source(source)
    for fault in faults:
        place = re.fullmatch(r"第 (\d+) 条", fault.code)
        spot = taken.spots.get((fault.kind, fault.code), Spot(fault.file, int(place.group(1)) if place else 0))
        taken.fault(spot, fault.text)
    taken.known = {(kind, code) for kind, codes in found.known.items() for code in codes}
    wanted = places(list(found.rows["field"]), positions)
    for kind, by_code in found.rows.items():
        for code, row in by_code.items():
            before, position = held.rows[kind].get(code), wanted.get(code, 0) if kind == "field" else 0
            old = row_digest(kind, before, positions.get(code, 0) if kind == "field" else 0) if before else ""
            if row_digest(kind, row, position) != old:
                taken.rows[kind, code] = row
                if kind == "field":
                    taken.positions[code] = position
    return taken


def _read_file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: Source, taken: Taken) -> None:
    name, kind = _place_of(entry.filename)
    if kind is None:
        taken.notes.append(f"“{entry.filename[:100]}”不是目录的文件，没有读。")
        return
    try:
        with archive.open(entry) as file:
            raw = file.read(FILE_LIMIT + 1)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        taken.fault(Spot(name), "读不出来，压缩包可能坏了")
        return
    if len(raw) > FILE_LIMIT:
        taken.fault(Spot(name), f"文件太大，最多 {FILE_LIMIT // 1024 // 1024} MB")
        return
    if _has_alias(raw):
        taken.fault(Spot(name), "用了 YAML 的锚点或引用（& 或 *），请写成完整的内容")
        return
    rows, faults = read_rows(name, raw)
    for fault in faults:
        taken.fault(Spot(name), fault.text)
    if sum(map(len, source.rows.values())) + len(rows) > ROW_LIMIT:
        raise Refused(f"压缩包里的条目超过 {ROW_LIMIT} 条。")
    source.rows[kind] += rows


def _place_of(path: str) -> tuple[str, str | None]:
    """(name as in the source format, kind) of a file, in whatever folder the archive was made."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    for kind, pattern in KINDS.items():
        name = "/".join(parts[-len(PurePosixPath(pattern).parts) :])
        if PurePosixPath(name).match(pattern) and not parts[-1].startswith("."):
            return name, kind
    return path, None


def _has_alias(raw: bytes) -> bool:
    """Whether the YAML repeats itself by reference: a few lines of those unfold without end."""
    if b"*" not in raw:
        return False
    try:
        return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError):
        return False  # the reader tells what is wrong


def places(codes: list[str], held: Mapping[str, int]) -> dict[str, int]:
    """Places for the fields in this order: those they hold if these ascend already, new ones behind their neighbour.

    Otherwise all are numbered anew from 1.
    """
    found: dict[str, int] = {}
    above = 0
    for code in codes:
        above = held.get(code, above + 1)
        found[code] = above
    kept = list(found.values())
    taken_by_others = set(held.values()) - {held[code] for code in codes if code in held}
    clash = any(found[code] in taken_by_others for code in codes if code not in held)
    if clash or any(later <= earlier for earlier, later in pairwise(kept)):
        return {code: place for place, code in enumerate(codes, start=1)}
    return found
