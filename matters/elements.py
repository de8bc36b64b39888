"""Pure: what a guide says of an item beyond the plan's own columns (GB/T 39554.2, GB/T 36114), one table for all.

The forms, the source files, the sheets, the diff in words and the citizen's guide read `ELEMENTS`, so that an element
is named and checked in one place. Only what is filled has a key: a plan without elements keeps its hash.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import TextChoices

from accounts.identity import check_uscc
from matters.words import CodeScheme, CommonRange, Delivery, OnlineDepth, SubjectNature

Filled = Mapping[str, Any]
# 18 characters of the office's credit code, its level, and the twelve digits of the base code (基本编码).
NATIONAL_CODE = re.compile(r"(?P<office>[0-9A-Z]{18})(?P<level>[1-6])(?P<base>\d{12})")


@dataclass(frozen=True)
class Element:
    """`kind`: text, word (of `words`), words (several of them), lines (a list of texts), pairs (question and answer)."""

    key: str
    label: str
    kind: Literal["text", "word", "words", "lines", "pairs"] = "text"
    words: type[TextChoices] | None = None
    limit: int = 300
    hint: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """Code -> label of a word; empty for other kinds."""
        return dict(self.words.choices) if self.words else {}

    def said(self, value: Any) -> tuple[str, ...]:
        """A filled value, or one entry of its list, as the lines that a reader sees."""
        found = value if isinstance(value, list | tuple) else [value]
        if self.kind == "pairs":
            return tuple(f"问：{pair['question']} 答：{pair['answer']}" for pair in found)
        return tuple(self.labels.get(one, str(one)) for one in found)

    def faults(self, value: Any) -> Iterator[str]:
        """What is wrong with a value by itself, in Chinese; nothing when it is empty."""
        if value not in (None, "", []):
            yield from _value_faults(self, value)


ELEMENTS = {
    element.key: element
    for element in (
        Element("code_scheme", "实施编码的规则", "word", CodeScheme, hint="和实施编码一起填"),
        Element("code", "实施编码", limit=100, hint="国家规则 31 位：统一社会信用代码、行使层级、12 位基本编码"),
        Element("subject_nature", "实施主体性质", "word", SubjectNature),
        Element("online_depth", "网办深度", "word", OnlineDepth),
        Element("common_range", "通办范围", "word", CommonRange, hint="在多大范围内的窗口都能收"),
        Element("acceptance", "受理条件", "lines", limit=500, hint="一行一条：收不收看什么；准不准的条件写在办理条件"),
        Element("intermediary", "中介服务", hint="要先请谁做什么，写明依据；不要就写“无”"),
        Element("quantity_limit", "数量限制", hint="每年或一共几个名额，怎么分；没有就写“无”"),
        Element("fee_basis", "收费标准依据", limit=500, hint="文件名称和文号"),
        Element("annual_check", "年审年报", hint="要不要年审或年报，什么时候；不要就写“无”"),
        Element("delivery", "送达方式", "words", Delivery),
        Element("complaint_phone", "监督电话", limit=40),
        Element("faq", "常见问题", "pairs", limit=500, hint="一行一个：问 | 答"),
    )
}


def filled(given: Filled | None) -> dict[str, Any]:
    """What says something, in the table's order."""
    return {key: given[key] for key in ELEMENTS if given and given.get(key) not in (None, "", [])}


def element_faults(value: Any) -> Iterator[str]:
    """Faults in Chinese of the elements of one item; keys in front, as the checks of the source format tell them."""
    if not isinstance(value, dict):
        yield "应当是“键: 值”"
        return
    yield from (f"有不认识的键 {key}" for key in value if key not in ELEMENTS)
    for key, element in ELEMENTS.items():
        yield from (f"{key}：{fault}" for fault in element.faults(value.get(key)))
    scheme, code = value.get("code_scheme"), value.get("code")
    if bool(scheme) != bool(code):
        yield f"{'code' if scheme else 'code_scheme'}：实施编码和它的规则要一起填"
    elif scheme == CodeScheme.NATIONAL and isinstance(code, str) and (wrong := national_code_fault(code)):
        yield f"code：{wrong}"


def _value_faults(element: Element, value: Any) -> Iterator[str]:
    if element.kind in ("text", "word"):
        yield from _text_faults(element, value)
        return
    if not isinstance(value, list):
        yield "应当是列表"
        return
    for place, row in enumerate(value, start=1):
        if element.kind != "pairs":
            yield from (f"第 {place} 条：{fault}" for fault in _text_faults(element, row))
        elif not isinstance(row, dict) or row.keys() != {"question", "answer"}:
            yield f"第 {place} 条：要写问和答"
        else:
            yield from (f"第 {place} 条：{fault}" for part in row.values() for fault in _text_faults(element, part))


def _text_faults(element: Element, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        yield "应当是文字"
    elif element.words is not None and value not in element.labels:
        yield f"只能是 {'、'.join(element.labels)} 之一，写成了“{value[:40]}”"
    elif len(value) > element.limit:
        yield f"太长：{len(value)} 字，最多 {element.limit} 字"


def national_code_fault(code: str) -> str:
    """What is wrong with a 实施编码 of the national rule (GB/T 39554.1), empty when nothing is.

    31 characters: the office's unified credit code, its level (1 state to 6 village), the base code. No more is read
    from it: provinces differ, and a code is never taken apart for its meaning.
    """
    if len(code) != 31:
        return f"国家规则的实施编码是 31 位，现在是 {len(code)} 位"
    match = NATIONAL_CODE.fullmatch(code)
    if match is None:
        return "前 18 位是统一社会信用代码，第 19 位是 1 到 6 的层级，后 12 位是数字"
    wrong = check_uscc(match["office"])
    return f"前 18 位不是正确的统一社会信用代码：{wrong}" if wrong else ""
