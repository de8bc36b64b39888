"""Write static/icons.svg: one sprite of the Lucide icons that templates and Python files name."""

import importlib.util
import re
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

NAMED = re.compile(r"""\{% icon "([a-z0-9-]+)\"""")
IN_PYTHON = re.compile(r"""\("(?:green|red|yellow|brand|plain|)", "([a-z0-9-]+)"\)""")
DOOR = re.compile(r"""": "([a-z-]+)",""")
PICTURE = re.compile(r""", "([a-z-]+)"\),""")
MORE = (
    "layout-grid",
    "search",
    "menu",
    "x",
    "check",
    "chevron-left",
    "chevron-right",
    "cloud-check",
    "wifi-off",
    "triangle-alert",
)


def names() -> list[str]:
    """Every icon that the project uses."""
    root = Path(settings.BASE_DIR)
    found = set(MORE)
    for page in (root / "templates").rglob("*.html"):
        found |= set(NAMED.findall(page.read_text("utf-8")))
    for source in (root / "applications").rglob("*.py"):
        found |= set(IN_PYTHON.findall(source.read_text("utf-8")))
    found |= set(DOOR.findall((root / "matters" / "doors.py").read_text("utf-8")))
    found |= set(PICTURE.findall((root / "matters" / "prints" / "pictures.py").read_text("utf-8")))
    return sorted(found)


def sprite(wanted: list[str]) -> str:
    """The sprite as SVG. Raises KeyError for a name that Lucide does not have."""
    spec = importlib.util.find_spec("lucide")
    assert spec is not None and spec.origin is not None
    with zipfile.ZipFile(Path(spec.origin).parent / "lucide.zip") as icons:
        symbols = []
        for name in wanted:
            body = re.search(r"<svg[^>]*>(.*)</svg>", icons.read(f"{name}.svg").decode(), re.DOTALL)
            assert body is not None
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body[1].strip()}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


class Command(BaseCommand):
    help = "Write static/icons.svg anew from the icons that are used."

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = names()
        (Path(settings.BASE_DIR) / "static" / "icons.svg").write_text(sprite(wanted), "utf-8")
        self.stdout.write(f"{len(wanted)} icons")
