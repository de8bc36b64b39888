"""Pure: rows of the source form laid flat, as the columns of a sheet, and put together again.

Each function for laying flat takes a source row and the places of the fields in their dictionary.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from matters.elements import ELEMENTS, filled

Flat = dict[str, Any]
Row = Mapping[str, Any]
WORKING = "working"


def material(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    said = {key: row.get(key) or "" for key in ("channel", "accepted_as", "filling")}
    flags = {key: bool(row.get(key)) for key in ("may_not_apply", "prints_draft")}
    yield {**row, "result_of": row.get("result_of"), **said, **flags, "prints": row.get("prints") or []}


def field(row: Row, positions: Mapping[str, int]) -> Iterator[Flat]:
    empty: Flat = {"unit": "", "choices": [], "pattern": "", "min": None, "max": None, "prefill": "", "when": None}
    as_data: Flat = {"source": None, "source_draft": False, "sensitivity": "", "standard": "", "definition": ""}
    yield {**empty, **as_data, **row, "position": positions.get(row["code"])}


def item(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    clock, presence = row.get("clock") or {}, row.get("presence") or {}
    yield {
        **row,
        **{f"result_{key}": value for key, value in row["result"].items()},
        "points": row.get("points") or [],
        "clock_unit": clock.get("unit", WORKING),
        "clock_waits": clock.get("waits") or [],
        "special_procedures": row.get("special_procedures") or [],
        "presence_times": presence.get("times"),
        "presence_who": presence.get("who") or "",
        "presence_reason": presence.get("reason") or "",
        "creates_applicant": bool(row.get("creates_applicant")),
        "deferral_days": row.get("deferral_days"),
        "own_form": bool(row.get("own_form")),
        **{f"element_{key}": (row.get("elements") or {}).get(key) for key in ELEMENTS},
    }


def asks(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    for place, ask in enumerate(row["materials"], start=1):
        yield {"owner": row["code"], "position": place, **ask}


def fields(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    for place, code in enumerate(row["fields"], start=1):
        yield {"owner": row["code"], "position": place, "field": code}


def matter(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    yield {**row, "before_days": row["before"]["days"], "before_visits": row["before"]["visits"]}


def choices(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    offered = ((question, choice) for question in row["questions"] or [] for choice in question["choices"])
    for place, (question, choice) in enumerate(offered, start=1):
        asked = {"question": question["code"], "text": question["text"]}
        yield {"owner": row["code"], "position": place, **asked, "choice": choice["code"], "label": choice["label"]}


def steps(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    for place, step in enumerate(row["steps"], start=1):
        waits = step.get("starts_on") or {}
        yield {
            "owner": row["code"],
            "position": place,
            **step,
            "event": waits.get("event") or "",
            "within_days": waits.get("within_days"),
        }


def plain(row: Row, _: Mapping[str, int]) -> Iterator[Flat]:
    yield dict(row)


def joined(kind: str, main: Flat, parts: Mapping[str, list[Flat]]) -> dict[str, Any]:
    """The source row of a flat row and its parts by their key in the source form, in order. Its shape is not checked."""
    return _JOINED[kind](main, parts)


def _material(main: Flat, _: Mapping[str, list[Flat]]) -> dict[str, Any]:
    keys = (
        "code",
        "name",
        "description",
        "provided_by",
        "issuer",
        "exempt",
        "blank_form",
        "result_of",
        "may_not_apply",
        "channel",
        "accepted_as",
        "filling",
        "prints",
        "prints_draft",
    )
    return {key: main[key] for key in keys}


def _field(main: Flat, _: Mapping[str, list[Flat]]) -> dict[str, Any]:
    keys = (
        "code",
        "label",
        "section",
        "type",
        "required",
        "help",
        "unit",
        "choices",
        "pattern",
        "min",
        "max",
        "prefill",
        "source",
        "source_draft",
        "sensitivity",
        "standard",
        "definition",
    )
    return {**{key: main[key] for key in keys}, "when": main["when"]}


def _item(main: Flat, parts: Mapping[str, list[Flat]]) -> dict[str, Any]:
    keys = ("code", "name", "department", "kind", "legal_basis", "conditions", "statutory_days", "promised_days")
    more = ("inspection", "commitment", "fee", "points", "special_procedures", "creates_applicant", "deferral_days")
    unit, waits = main["clock_unit"], main["clock_waits"]
    presence = {key: main[f"presence_{key}"] for key in ("times", "who", "reason")}
    told = {key: value for key, value in presence.items() if value not in (None, "")}
    return {
        **{key: main[key] for key in (*keys, *more, "own_form")},
        "result": {key: main[f"result_{key}"] for key in ("code", "name", "kind", "valid_months")},
        "clock": {"unit": unit, "waits": waits} if waits or unit != WORKING else None,
        "presence": told or None,
        "elements": filled({key: main[f"element_{key}"] for key in ELEMENTS}),
        "materials": [
            {key: ask[key] for key in ("material", "submit", "copies", "need", "when")} for ask in parts["materials"]
        ],
        "fields": [link["field"] for link in parts["fields"]],
    }


def _matter(main: Flat, parts: Mapping[str, list[Flat]]) -> dict[str, Any]:
    keys = ("number", "code", "name", "audience", "theme", "batch", "level", "keywords", "summary", "applicant", "tips")
    return {
        **{key: main[key] for key in (*keys, "promised_days")},
        "before": {"visits": main["before_visits"], "days": main["before_days"]},
        "questions": _questions(parts["questions"]),
        "steps": [_step(step) for step in parts["steps"]],
    }


def _questions(found: list[Flat]) -> list[dict[str, Any]]:
    questions: dict[str, dict[str, Any]] = {}
    for row in found:
        question = questions.setdefault(row["question"], {"code": row["question"], "text": row["text"], "choices": []})
        question["choices"].append({"code": row["choice"], "label": row["label"]})
    return list(questions.values())


def _step(step: Flat) -> dict[str, Any]:
    waits = {key: step[key] for key in ("event", "within_days") if step[key] not in (None, "")}
    return {
        **{key: step[key] for key in ("item", "essential", "after", "starts_after", "when")},
        "starts_on": waits or None,
    }


_JOINED = {"material": _material, "field": _field, "item": _item, "matter": _matter}
