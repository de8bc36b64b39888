"""The floors of the house: each app imports only from floors below it, and no two modules import each other in a
circle."""

import ast
from functools import cache
from pathlib import Path

from portal.embedded import BASE_DIR

FLOORS = ["foundation", "accounts", "departments", "matters", "visits", "applications", "portal"]  # from the ground up


@cache
def modules() -> dict[str, Path]:
    """Every module of our apps: dotted name -> file."""
    found = {}
    for floor in FLOORS:
        for file in sorted((BASE_DIR / floor).rglob("*.py")):
            parts = file.relative_to(BASE_DIR).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def imports(name: str, *, at_load: bool = False) -> frozenset[str]:
    """Our own modules that this one imports; with at_load only what loading it needs (not inside functions)."""
    tree = ast.parse(modules()[name].read_text())
    found: set[str] = set()
    for node in _nodes(tree, at_load=at_load):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} line {node.lineno}: relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in modules() else str(node.module))
    return frozenset(target for target in found if target.partition(".")[0] in FLOORS)


def _nodes(tree: ast.AST, *, at_load: bool) -> list[ast.AST]:
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if at_load and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if at_load and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        found.append(child)
        found += _nodes(child, at_load=at_load)
    return found


def test_every_app_is_on_a_floor() -> None:
    apps = {file.parent.name for file in BASE_DIR.glob("*/apps.py")}
    assert apps == set(FLOORS)


def test_imports_go_downwards_only() -> None:
    upwards = [
        f"{name} imports {target}"
        for name in modules()
        for target in imports(name)
        if FLOORS.index(target.partition(".")[0]) > FLOORS.index(name.partition(".")[0])
    ]
    assert upwards == []


def test_every_import_of_ours_exists() -> None:
    missing = [f"{name} imports {target}" for name in modules() for target in imports(name) if target not in modules()]
    assert missing == []


def test_no_module_imports_itself_in_a_circle() -> None:
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for target in sorted(imports(name, at_load=True) & modules().keys()):
                visit(target, (*path, name))
            done.add(name)

    for name in modules():
        visit(name, ())
