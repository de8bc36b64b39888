"""What README and docs name exists: files, links, commands, accounts, variables, transitions, operations, contrast."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from applications.lifecycle import CaseLifecycle, TaskLifecycle
from departments.demo import demo_accounts, demo_password
from portal.embedded import BASE_DIR
from visits.lifecycle import BookingLifecycle, TicketLifecycle

OWN = [BASE_DIR / "README.md", BASE_DIR / "CHANGELOG.md", *sorted((BASE_DIR / "docs").glob("*.md"))]
OWN += [BASE_DIR / "applications" / "README.md", BASE_DIR / "tests" / "README.md"]
APPS = ("foundation", "accounts", "departments", "matters", "visits", "applications", "portal")
ALL = [*OWN, *(page for app in APPS for page in sorted((BASE_DIR / app).rglob("README.md")) if page not in OWN)]
PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)*(/|\.(py|md|html|typ|css|js|svg|txt|toml|yaml|json))|\.ci/run")
ADDRESS = re.compile(r"/[a-z0-9/-]*")
OUTSIDE = ("/var/lib/",)
MADE_WHILE_RUNNING = ("var/",)


def pages(files: list[Path] = OWN) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", files, ids=lambda page: str(page.relative_to(BASE_DIR)))


def in_ticks(page: Path) -> list[str]:
    """Everything written as `code`, without the blocks."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", text)


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pages(ALL)
def test_every_link_leads_somewhere(page: Path) -> None:
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            wrong.append(target)
    assert wrong == []


@pages()
def test_every_path_that_is_named_exists(page: Path) -> None:
    """From the root or from the page's folder; a bare name anywhere in the project."""
    rooms = ("applications", "fixtures", "static", "templates", "tests")
    bare = {path.name for room in rooms for path in (BASE_DIR / room).rglob("*")}
    wrong = []
    for name in in_ticks(page):
        if not PATH.fullmatch(name) or name.startswith(MADE_WHILE_RUNNING):
            continue
        if name not in bare and not any(any(place.glob(name.rstrip("/"))) for place in (BASE_DIR, page.parent)):
            wrong.append(name)
    assert wrong == []


@pages()
def test_every_address_that_is_named_is_one_of_ours(page: Path) -> None:
    wrong = []
    for name in in_ticks(page):
        if not ADDRESS.fullmatch(name) or name.startswith(OUTSIDE):
            continue
        try:
            found = resolve(name)
        except Resolver404:
            wrong.append(name)
        else:
            wrong += [name] if found.url_name == "api-nowhere" and name != "/api/v1/" else []
    assert wrong == []


@pages(ALL)
def test_every_make_target_and_command_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text("utf-8"), re.M))
    asked = set(re.findall(r"(?:`|^|=\d+ )make ([a-z-]+)", text, re.M))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert asked <= targets
    assert commands <= set(get_commands())


@pages(ALL)
def test_every_variable_is_read_somewhere(page: Path) -> None:
    names = {name.partition("=")[0] for name in in_ticks(page) if re.fullmatch(r"[A-Z]+(_[A-Z]+)+(=\S+)?", name)}
    sources = [path for app in (*APPS, "tests") for path in (BASE_DIR / app).rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in sources) + (BASE_DIR / ".ci" / "run").read_text("utf-8")
    # Any variable can come from a file; what Django itself reads stands in no file of ours.
    unread = {name for name in names if name.removesuffix("_FILE") not in code}
    assert unread == set()


def test_the_accounts_of_the_readme_are_those_of_the_demonstration() -> None:
    departments = yaml.safe_load((BASE_DIR / "fixtures/catalogue/departments.yaml").read_text("utf-8"))
    accounts = demo_accounts({row["code"]: row["short_name"] for row in departments})
    names = {account.username: account.name for account in accounts}
    text = (BASE_DIR / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| ((?:`[a-z0-9-]+` ?)+)\| ([^|]+) \|", text, re.M)
    shown = {
        username: name
        for usernames, people in rows
        for username, name in zip(re.findall(r"`([^`]+)`", usernames), people.split(), strict=True)
    }
    assert f"`{demo_password()}`" in text
    assert shown == {username: names.get(username) for username in shown}
    # All but the one reviewer of departments that have no part in the restaurant.
    unnamed = {account.username for account in accounts if account.username not in shown}
    assert all(username.endswith("1") and username[:-1] in {d["code"] for d in departments} for username in unnamed)


def rows_of(page: Path, heading: str) -> Iterator[list[str]]:
    """The cells of every table row below a heading, up to the next one."""
    part = page.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for line in part.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    ("app", "machine", "heading"),
    [
        ("applications", CaseLifecycle, "States of the case"),
        ("applications", TaskLifecycle, "States of a task"),
        ("visits", BookingLifecycle, "States of a booking"),
        ("visits", TicketLifecycle, "States of a ticket"),
    ],
)
def test_the_tables_of_states_are_those_of_the_lifecycle(app: str, machine: type, heading: str) -> None:
    told = {}
    for first, second, *_ in rows_of(BASE_DIR / app / "README.md", heading):
        if found := re.match(r"`(\w+)`", first):
            sources, _, target = second.partition(" → ")
            told[found.group(1)] = (set(sources.split(", ")), target)
    real: dict[str, tuple[set[str], str]] = {}
    for name, method in vars(machine).items():
        if meta := getattr(method, "_django_fsm", None):
            steps = meta.transitions.values()
            real[name] = ({str(step.source) for step in steps}, str(next(iter(steps)).target))
    assert real
    assert told == real


@pytest.mark.parametrize("app", ["applications", "visits"])
def test_every_operation_is_named_and_every_named_one_exists(app: str) -> None:
    page = BASE_DIR / app / "README.md"
    named = {
        name for _, operations, *_ in rows_of(page, "Operations") for name in re.findall(r"`([a-z_]+)`", operations)
    }
    acts, functions = set(), set()
    for file in (BASE_DIR / app / "operations").glob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                functions.add(node.name)
                if any(argument.arg == "actor" for argument in node.args.kwonlyargs):
                    acts.add(node.name)
    assert acts - named == set(), f"operations that {app}/README.md does not name"
    assert named - functions == set(), "operations that are not there"


def test_the_kinds_of_the_outbox_are_those_of_the_settings() -> None:
    heading = "What goes out: the outbox"
    kinds = {row[0].strip("`") for row in rows_of(BASE_DIR / "applications" / "README.md", heading)} - {"kind"}
    assert kinds == set(settings.OUTBOX_HANDLERS) | set(settings.OUTBOX_SENDERS)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_contrast_of_the_tokens_is_as_told() -> None:
    css = (BASE_DIR / "static/css/tokens.css").read_text("utf-8").partition("html.large")[0]
    tokens = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", css))
    wrong = []
    rows = [row for row in rows_of(BASE_DIR / "docs" / "look.md", "Contrast") if row[0].startswith("`--")]
    assert rows
    for token, grounds, ratios, use in rows:
        for ground, told in zip(re.findall(r"`--([^`]+)`", grounds), ratios.split(" · "), strict=True):
            dark, light = sorted((_luminance(tokens[token.strip("`-")]), _luminance(tokens[ground])))
            ratio = int((light + 0.05) / (dark + 0.05) * 10) / 10
            enough = 3 if "3 is asked" in use else 4.5
            if f"{ratio:.1f}" != told or (ratio < enough and ground != "paper-2"):
                wrong.append(f"{token} on {ground}: {ratio:.1f}, told {told}")
    assert wrong == []
