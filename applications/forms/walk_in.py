"""The boxes of a walk-in: who stands at the window, for whom, until when. All faults are said at once. Pure."""

from collections.abc import Mapping
from datetime import date

from accounts.identity import check_id_number, check_phone, check_uscc
from applications.operations.walk_in import ORGANISATION, PERSON, SELF, Principal, Someone

LONGEST = {
    "name": 60,
    "id_number": 30,
    "phone": 30,
    "acts_for": 12,
    "for_name": 200,
    "for_uscc": 30,
    "for_id_number": 30,
    "until_y": 4,
    "until_m": 2,
    "until_d": 2,
}


def read(data: Mapping[str, str]) -> dict[str, str]:
    """What was typed, trimmed, without NUL, cut to length."""
    typed = {name: data.get(name, "").replace("\x00", "").strip()[:longest] for name, longest in LONGEST.items()}
    typed["acts_for"] = typed["acts_for"] or SELF
    return typed


def until(typed: Mapping[str, str]) -> date | None:
    """The last day of the mandate from its three boxes; None for none. Raises ValueError for a day that is none."""
    pieces = [typed[f"until_{part}"] for part in "ymd"]
    if not any(pieces):
        return None
    if not all(piece.isascii() and piece.isdigit() for piece in pieces):
        raise ValueError("not a day")
    year, month, day = (int(piece) for piece in pieces)
    return date(year, month, day)


def faults(typed: Mapping[str, str]) -> dict[str, str]:
    """Box → sentence for everything that can be said without looking anybody up."""
    found = _faults_of_visitor(typed)
    if typed["acts_for"] == ORGANISATION:
        found |= _said({"for_name": "请填单位名称" if not typed["for_name"] else None})
        found |= _said({"for_uscc": check_uscc(typed["for_uscc"]) if typed["for_uscc"] else None})
    if typed["acts_for"] == PERSON:
        found |= _said({"for_name": "请填委托人的姓名" if not typed["for_name"] else None})
        found |= _said({"for_id_number": check_id_number(typed["for_id_number"])})
    if typed["acts_for"] != SELF:
        try:
            last = until(typed)
        except ValueError:
            found["for_valid_until"] = "没有这一天，请核对委托书的年、月、日"
        else:
            if last is None and typed["acts_for"] == PERSON:
                found["for_valid_until"] = "请填委托书的截止日期"
    return found


def _faults_of_visitor(typed: Mapping[str, str]) -> dict[str, str]:
    return _said(
        {
            "name": None if typed["name"] else "请填姓名",
            "id_number": check_id_number(typed["id_number"]),
            "phone": check_phone(typed["phone"]) if typed["phone"] else None,
        }
    )


def _said(found: Mapping[str, str | None]) -> dict[str, str]:
    # The sentences of accounts speak to the citizen; at the window the clerk types.
    return {box: sentence.replace("您填了", "填了") for box, sentence in found.items() if sentence}


def visitor(typed: Mapping[str, str]) -> Someone:
    return Someone(name=typed["name"], id_number=typed["id_number"], phone=typed["phone"])


def principal(typed: Mapping[str, str]) -> Principal | None:
    """For whom, or None for oneself. Only after `faults` found nothing."""
    if typed["acts_for"] == SELF:
        return None
    return Principal(
        name=typed["for_name"], uscc=typed["for_uscc"], id_number=typed["for_id_number"], mandate_until=until(typed)
    )
