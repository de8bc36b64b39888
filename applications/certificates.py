"""What stands on an identity card (居民身份证) or a business licence (营业执照), from the lines that were read. Pure.

Labels are read with or without the blanks that the forms print between their characters.
"""

import re

from accounts.identity import check_id_number
from matters.plan import FieldSpec

ID_CARD, LICENCE = "id-card", "licence"
LABELS = {
    "name": "姓名",
    "id_number": "公民身份号码",
    "address": "住址",
    "valid_until": "有效期至",
    "uscc": "统一社会信用代码",
    "applicant_name": "名称",
    "representative_name": "法定代表人（经营者）",
}
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_NUMBER = re.compile(r"[1-9]\d{16}[\dXx]")
_LONG_TERM = "9999-12-31"


def kind_of(material_name: str) -> str:
    """Which of the two a material is, by its name; empty for anything else, also forms that only speak of one."""
    if material_name.endswith("身份证"):
        return ID_CARD
    return LICENCE if material_name.startswith("营业执照") else ""


def read(kind: str, lines: list[str]) -> dict[str, str]:
    """Names as in LABELS → what stands there; what cannot be read for sure is left out."""
    plain = [re.sub(r"\s", "", line) for line in lines]
    found = _id_card(plain) if kind == ID_CARD else _licence(plain)
    return {name: value for name, value in found.items() if value}


def _id_card(lines: list[str]) -> dict[str, str]:
    text = "\n".join(lines)
    number = _NUMBER.search(text.replace("\n", ""))
    digits = number.group().upper() if number else ""
    until = re.search(r"\d{4}[.．]\d{2}[.．]\d{2}[-—－至]+(\d{4})[.．](\d{2})[.．](\d{2})", text)
    return {
        "name": _behind(lines, "姓名"),
        "id_number": "" if check_id_number(digits) else digits,
        "address": _address(lines),
        "valid_until": "-".join(until.groups()) if until else "",
    }


def _address(lines: list[str]) -> str:
    """From 住址 to the number; a card breaks an address into up to three lines."""
    start = next((place for place, line in enumerate(lines) if line.startswith("住址")), None)
    if start is None:
        return ""
    parts = [lines[start].removeprefix("住址")]
    for line in lines[start + 1 : start + 3]:
        if "公民" in line or "号码" in line or _NUMBER.search(line):
            break
        parts.append(line)
    return "".join(parts)


def _licence(lines: list[str]) -> dict[str, str]:
    code = next((match.group() for line in lines if (match := _USCC.search(line))), "")
    person = next((value for label in ("法定代表人", "经营者", "负责人") if (value := _behind(lines, label))), "")
    address = next((value for label in ("住所", "经营场所", "主要经营场所") if (value := _behind(lines, label))), "")
    return {"uscc": code, "applicant_name": _behind(lines, "名称"), "representative_name": person, "address": address}


def _behind(lines: list[str], label: str) -> str:
    """What stands behind the label, on its line or on the next one; a label printed wide comes as two lines."""
    for place, line in enumerate(lines):
        if line and label.startswith(line) and "".join(lines[place : place + 2]) == label and line != label:
            return lines[place + 2] if place + 2 < len(lines) else ""
        if line.startswith(label):
            rest = line.removeprefix(label).lstrip(":：")
            return rest or (lines[place + 1] if place + 1 < len(lines) else "")
    return ""


def fields_for(kind: str, agent: bool, values: dict[str, str], fields: list[FieldSpec]) -> dict[str, str]:
    """Code of a field of the form → the value read that belongs there, by the field's `prefill`.

    `agent`: the card is that of the agent (经办人).
    """
    prefix = "agent_" if agent else ""
    known = {f"{prefix}{name}": value for name, value in values.items()}
    if kind == ID_CARD and not agent and "name" in values:
        known["applicant_name"] = values["name"]
    if agent and "name" in values:
        known["agent_name"] = values["name"]
    wanted = {spec.code: (spec.prefill or "").removeprefix("profile.") for spec in fields}
    return {code: known[name] for code, name in wanted.items() if name in known}
