"""django-fsm's traps, closed: no bare transition, no state written outside lifecycle.py, no body that does work."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django_fsm import FSMField, FSMModelMixin

ROOT = Path(__file__).resolve().parents[2]
LIFECYCLE = ROOT / "applications" / "lifecycle.py"
LIFECYCLES = (LIFECYCLE, ROOT / "visits" / "lifecycle.py")
SOURCES = [
    path
    for app in ("portal", "applications", "visits", "matters", "departments", "accounts", "foundation")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def transitions():
    """Every decorated transition of a lifecycle.py as (class, function, keywords of the decorator)."""
    bodies = [node for path in LIFECYCLES for node in ast.parse(path.read_text("utf-8")).body]
    for cls in (node for node in bodies if isinstance(node, ast.ClassDef)):
        for function in (node for node in cls.body if isinstance(node, ast.FunctionDef)):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "transition":
                    yield cls.name, function, {keyword.arg for keyword in decorator.keywords}


def test_every_transition_names_source_target_and_who():
    found = list(transitions())
    assert len(found) > 20
    bare = [
        f"{cls}.{function.name}" for cls, function, words in found if not {"source", "target", "permission"} <= words
    ]
    assert bare == []


def test_bodies_of_transitions_are_empty():
    full = [
        f"{cls}.{function.name}"
        for cls, function, _ in transitions()
        if not (len(function.body) == 1 and isinstance(function.body[0], ast.Expr))
    ]
    assert full == []


def test_transitions_stand_in_lifecycle_alone():
    others = [
        p for p in SOURCES if p not in LIFECYCLES and "django_fsm" in p.read_text("utf-8") and p.name != "base.py"
    ]
    assert others == []


def test_every_state_field_is_protected_and_its_model_can_refresh():
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FSMField)
    ]
    assert {model.__name__ for model, _ in fields} == {"Application", "Task", "Booking", "Ticket"}
    for model, field in fields:
        assert field.protected, model
        assert issubclass(model, FSMModelMixin), model


def writes_of_state(tree):
    """Lines that set `.state` of something or pass `state=` to update(); both belong to lifecycle.py alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr == "state":
                    yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "update" and any(keyword.arg == "state" for keyword in node.keywords):
                yield node.lineno
            if node.func.attr == "bulk_update" and any(
                isinstance(constant, ast.Constant) and constant.value == "state"
                for argument in node.args[1:]
                for constant in ast.walk(argument)
            ):
                yield node.lineno


@pytest.mark.parametrize(
    "path",
    [p for p in SOURCES if p.is_relative_to(ROOT / "applications") or p.is_relative_to(ROOT / "visits")],
    ids=lambda p: f"{p.relative_to(ROOT).parts[0]}-{p.name}",
)
def test_no_state_of_a_case_task_or_ticket_is_written_outside_the_lifecycle(path):
    if path in LIFECYCLES:
        return
    tree = ast.parse(path.read_text("utf-8"))
    # Papers, questions to a register, readings of a picture, charges and wishes to be called have states of their own,
    # written by name in these files.
    own_states = {
        "intake.py",
        "cochecking.py",
        "correcting.py",
        "relieving.py",
        "certificates.py",
        "reading.py",
        "sharing.py",
        "verifying.py",
        "charging.py",
        "paying.py",
        "callbacks.py",
        "committing.py",
        "voiding.py",
        "replacing.py",
    }
    if path.name in own_states:
        names = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
        touched = [
            ast.unparse(n.func.value)
            for n in names
            if n.func.attr == "update" and any(k.arg == "state" for k in n.keywords)
        ]
        assert all(
            text.startswith(("CaseMaterial.", "Fetch.", "Reading.", "Certificate.", "taken.charges"))
            for text in touched
        ), touched
        return
    assert list(writes_of_state(tree)) == []
