"""Pure: how a value of the catalogue stands in a cell of a sheet, and what a cell that somebody typed means.

Lists and conditions stand in the cell as in the administration's forms, one a line, read and shown by the same fields.
"""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from matters.compiling import plain_number
from matters.forms import LinesField

CELL_LIMIT = 32_767  # characters that Excel keeps in a cell
# What XML cannot carry, or what a spreadsheet turns into something else.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
YES, NO = "是", "否"
Written = str | int | float | None


class CellFault(Exception):
    """What stands in the cell cannot be taken; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Raw:
    """A cell as it was found. `kind`: s text, n number, b yes or no, d date, f formula, e error value."""

    kind: str
    value: Any


class Cell(Protocol):
    """A way to write a value into a cell and to read it out. `read` raises CellFault; None is an empty cell."""

    def write(self, value: Any) -> Written: ...

    def read(self, raw: Raw | None) -> Any: ...


def tidy(value: str) -> str:
    """A text as both sides compare it: one kind of line end, no unseen control characters, no space around it."""
    return UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()[:CELL_LIMIT]


def raw_of(kind: str, value: Any) -> Raw | None:
    """The cell that the reader found, None when nothing stands in it."""
    if kind == "s":
        value = tidy(value)
        return Raw(kind, value) if value else None
    return Raw(kind, value)


def same(raw: Raw | None, written: Written) -> bool:
    """Whether the cell still holds what the export wrote, so that nobody touched it."""
    if written is None or written == "":
        return raw is None
    kind = "s" if isinstance(written, str) else "n"
    return raw is not None and raw.kind == kind and raw.value == written


def text_of(raw: Raw | None) -> str:
    """The cell as text. A number typed into a text column is its digits. Raises CellFault for anything else."""
    if raw is None:
        return ""
    if raw.kind == "s":
        return str(raw.value)
    if raw.kind == "n":
        return str(plain_number(raw.value) if abs(raw.value) < 1e15 else raw.value)
    raise CellFault(_odd(raw, "文字"))


def _odd(raw: Raw, wanted: str) -> str:
    if raw.kind == "d":
        return f"是日期 {raw.value}，应当是{wanted}：把单元格格式改成“文本”再填"
    if raw.kind == "e":
        return f"是错误值 {raw.value}，应当是{wanted}"
    return f"应当是{wanted}，写成了“{str(raw.value)[:40]}”"


@dataclass(frozen=True)
class Text:
    """Words. With `maybe` an empty cell is None."""

    maybe: bool = False

    def write(self, value: Any) -> Written:
        return tidy(str(value)) if value is not None else None

    def read(self, raw: Raw | None) -> Any:
        return text_of(raw) or (None if self.maybe else "")


@dataclass(frozen=True)
class Number:
    """A number, also when it was typed as text. `whole`: without a fraction. An empty cell is None."""

    whole: bool = True

    def write(self, value: Any) -> Written:
        return plain_number(value)

    def read(self, raw: Raw | None) -> Any:
        wanted = "整数" if self.whole else "数字"
        if raw is None:
            return None
        if raw.kind not in ("n", "s"):
            raise CellFault(_odd(raw, wanted))
        try:
            number = float(str(raw.value).replace(",", "").replace("，", ""))
            found = plain_number(number)
        except (ValueError, OverflowError):
            raise CellFault(_odd(raw, wanted)) from None
        if self.whole and not isinstance(found, int):
            raise CellFault(_odd(raw, wanted))
        return found


@dataclass(frozen=True)
class Flag:
    """是 or 否. `optional`: an empty cell is 否."""

    optional: bool = False

    def write(self, value: Any) -> Written:
        return YES if value else NO

    def read(self, raw: Raw | None) -> Any:
        if raw is None and self.optional:
            return False
        if raw is not None and raw.kind == "b":
            return bool(raw.value)
        if raw is not None and raw.kind == "s" and raw.value in (YES, NO):
            return raw.value == YES
        raise CellFault(f"要填 {YES} 或 {NO}")


@dataclass(frozen=True)
class Word:
    """One of fixed words: its Chinese label; the code is understood as well. With `maybe` an empty cell is no word."""

    words: type[TextChoices]
    maybe: bool = False

    def write(self, value: Any) -> Written:
        return dict(self.words.choices).get(value, value)

    def read(self, raw: Raw | None) -> Any:
        codes = {label: code for code, label in self.words.choices}
        typed = text_of(raw)
        if not typed and self.maybe:
            return ""
        if typed in self.words.values:
            return typed
        if typed not in codes:
            seen = f"写成了“{typed[:40]}”" if typed else "不能为空"
            raise CellFault(f"只能是 {'、'.join(codes)} 之一，{seen}")
        return codes[typed]


@dataclass(frozen=True)
class Lines:
    """A list, records or a condition, one a line, as the administration's form field `field` shows them."""

    field: LinesField

    def write(self, value: Any) -> Written:
        return tidy(self.field.prepare_value(value))

    def read(self, raw: Raw | None) -> Any:
        try:
            return self.field.clean(text_of(raw))
        except ValidationError as error:
            raise CellFault("；".join(error.messages)) from None
