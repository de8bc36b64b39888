"""Small catalogues in the form of the source files, for tests that need no county."""

from typing import Any

from matters.compiling import Dictionaries, compile_plan
from matters.plan import Plan

Row = dict[str, Any]


def department(code: str = "market", **other: Any) -> Row:
    return {"code": code, "name": f"{code} 局", "short_name": code, "level": "county", "parent": None, **other}


def material(code: str, **other: Any) -> Row:
    return {
        "code": code,
        "name": f"材料 {code}",
        "description": "说明",
        "provided_by": "applicant",
        "issuer": None,
        "exempt": False,
        "blank_form": False,
        **other,
    }


def form_field(code: str, **other: Any) -> Row:
    return {
        "code": code,
        "label": f"字段 {code}",
        "section": "基本信息",
        "type": "text",
        "required": True,
        "help": "",
        **other,
    }


def ask(code: str, **other: Any) -> Row:
    return {"material": code, "submit": "copy", "copies": 1, "need": "core", "when": None, **other}


def item(code: str, **other: Any) -> Row:
    return {
        "code": code,
        "name": f"事项 {code}",
        "department": "market",
        "kind": "permit",
        "legal_basis": ["《某法》第一条"],
        "conditions": ["有场所"],
        "statutory_days": 20,
        "promised_days": 5,
        "inspection": False,
        "commitment": False,
        "fee": "不收费",
        "result": {"code": f"{code}-paper", "name": f"{code} 证", "kind": "licence", "valid_months": None},
        "materials": [ask("m-one")],
        "fields": ["f-one", "f-two", "f-three"],
        **other,
    }


def step(code: str, **other: Any) -> Row:
    return {"item": code, "essential": False, "after": [], "starts_after": [], "when": None, **other}


def question(code: str, *choices: str) -> Row:
    return {"code": code, "text": f"{code}？", "choices": [{"code": c, "label": f"选 {c}"} for c in choices]}


def matter(*steps: Row, **other: Any) -> Row:
    return {
        "number": 1,
        "code": "do-it",
        "name": "我要办事",
        "audience": "enterprise",
        "theme": "主题",
        "batch": 1,
        "level": "county",
        "keywords": ["办事"],
        "summary": "办成一件事",
        "applicant": "企业",
        "tips": [],
        "before": {"visits": 3, "days": 30},
        "promised_days": 60,
        "questions": [],
        "steps": list(steps),
        **other,
    }


def by_code(*rows: Row) -> dict[str, Row]:
    return {row["code"]: row for row in rows}


def dictionaries(*items: Row, **other: dict[str, Row]) -> Dictionaries:
    parts = {
        "departments": by_code(department("market"), department("fire")),
        "materials": by_code(*(material(code) for code in ("m-one", "m-two", "m-three"))),
        "fields": by_code(*(form_field(code) for code in ("f-one", "f-two", "f-three", "f-four"))),
        "items": by_code(*items),
    }
    return Dictionaries(**{**parts, **other})


def plan_of(matter_row: Row, parts: Dictionaries) -> Plan:
    return Plan.from_json(compile_plan(matter_row, parts))
