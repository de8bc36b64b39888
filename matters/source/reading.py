"""Reads a folder of source files into rows. Every file that cannot be read is a fault with its name, not a crash."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILE_LIMIT = 5 * 1024 * 1024
DEPTH_LIMIT = 40
KINDS = {
    "department": "departments.yaml",
    "town": "towns.yaml",
    "material": "materials/*.yaml",
    "field": "fields/*.yaml",
    "item": "items/*.yaml",
    "matter": "matters/*.yaml",
}
KIND_LABELS = {
    "department": "部门",
    "town": "镇",
    "material": "材料",
    "field": "字段",
    "item": "事项",
    "matter": "一件事",
}


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong in the source, where: `file` relative to the folder, `kind` and `code` of the row if known.

    A fault of an edited row also has the row's `name`, which is what an administrator knows it by.
    """

    file: str
    kind: str
    code: str
    text: str
    name: str = ""

    def __str__(self) -> str:
        label = KIND_LABELS.get(self.kind, "")
        place = f"{label}“{self.name}”" if self.name else f"{label} {self.code}".strip()
        return "：".join(part for part in (self.file, place, self.text) if part)


@dataclass(frozen=True)
class SourceRow:
    """One entry of a file, still unchecked: `data` may be anything."""

    file: str
    place: int
    data: Any


@dataclass
class Source:
    """All rows of a folder by kind, in the order of file names and of each file. `whole`: every file could be read."""

    rows: dict[str, list[SourceRow]] = field(default_factory=dict)
    whole: bool = True


class _Loader(yaml.CSafeLoader):
    """YAML by libyaml (in every wheel of PyYAML; five times faster than its Python parser).

    A key written twice in one mapping is refused instead of the last one winning, and so is deep nesting: libyaml's
    composer recurses in C, so that a file of brackets would end the process.
    """

    depth = 0

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise yaml.composer.ComposerError(None, None, f"嵌套超过 {DEPTH_LIMIT} 层", current_node.start_mark)

    def ascend_resolver(self) -> None:
        self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and isinstance(key.value, str):
                raise yaml.constructor.ConstructorError(None, None, f"键 {key.value} 写了两次", key.start_mark)
            seen.add(str(key.value))
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def source_digest(root: Path) -> str:
    """SHA-256 over the names and bytes of all source files under `root`; files that cannot be read count as empty."""
    digest = hashlib.sha256()
    for name, path in _files(root):
        try:
            raw = path.read_bytes()
        except OSError:
            raw = b""
        digest.update(f"{name}\0{len(raw)}\0".encode() + raw)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for places in KINDS.values():
        for path in sorted(root.glob(places)):
            yield path.relative_to(root).as_posix(), path


def read_source(root: Path, progress: Callable[[str], None] = lambda _: None) -> tuple[Source, list[Fault]]:
    """Everything under `root`, and a fault for each file that is missing, too large, not UTF-8, not YAML or no list.

    `progress` is told each file's name before it is read.
    """
    source, faults = Source(), []
    for kind, places in KINDS.items():
        source.rows[kind] = []
        files = sorted(root.glob(places))
        if not files:
            faults.append(Fault(places, "", "", "没有找到文件"))
        for path in files:
            name = path.relative_to(root).as_posix()
            progress(name)
            try:
                raw = path.read_bytes()
            except OSError as error:
                faults.append(Fault(name, "", "", f"读不出来：{error.strerror}"))
                continue
            found, wrong = read_rows(name, raw)
            source.rows[kind] += found
            faults += wrong
    source.whole = not faults
    return source, faults


def read_rows(name: str, raw: bytes) -> tuple[list[SourceRow], list[Fault]]:
    """The rows of one file's bytes; on a fault of the file as a whole, no rows and that fault."""
    if len(raw) > FILE_LIMIT:
        return [], [Fault(name, "", "", f"文件太大：{len(raw) // 1024} KB，最多 {FILE_LIMIT // 1024} KB")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = "，像是 GBK 编码" if _is_gbk(raw) else ""
        return [], [Fault(name, "", "", f"不是 UTF-8 编码（第 {error.start + 1} 个字节起）{guess}，请另存为 UTF-8")]
    try:
        loader = _Loader(text)
        rows = loader.get_single_data()
    except yaml.YAMLError as error:
        return [], [Fault(name, "", "", f"不是正确的 YAML：{_yaml_place(error)}")]
    except (ValueError, RecursionError) as error:
        return [], [Fault(name, "", "", f"不是正确的 YAML：{error}")]
    if not isinstance(rows, list):
        return [], [Fault(name, "", "", "内容不是列表：每条应当以“- code:”开头")]
    return [SourceRow(name, place, row) for place, row in enumerate(rows, start=1)], []


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _yaml_place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 列，{problem}" if mark else str(problem)


def every_row(source: Source) -> Iterator[tuple[str, SourceRow]]:
    """(kind, row) for all rows, kind by kind."""
    for kind, rows in source.rows.items():
        for row in rows:
            yield kind, row
