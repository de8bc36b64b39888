"""The administration speaks Chinese: no English word in what an editor sees, but codes, file formats and data."""

import gettext
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, SlugField
from django.test import Client

from departments.access import actor_for
from matters.models import Item
from matters.operations.candidates import candidate_from_miss, choose_item
from matters.operations.misses import record_miss
from tests.guards.scene import Scene
from tests.guards.test_administration import admin_addresses

pytestmark = pytest.mark.django_db
LOCALE = Path(__file__).parents[2] / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES"
WORD = re.compile(r"[A-Za-z]{3,}")
# What people here call these things too.
NAMES = {"esc", "excel", "yaml", "xlsx", "zip", "sha", "http", "https", "ktv", "pdf"}
READ_OUT = ("placeholder", "title", "aria-label", "alt")
UNSEEN = {"head", "script", "style", "template", "svg", "code"}
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Seen(HTMLParser):
    """What a page shows or reads out: texts, and attributes that people meet."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    @property
    def hidden(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        drawn = "material-symbols" in (given.get("class") or "")
        if tag not in EMPTY:
            self.open.append((tag, drawn or tag in UNSEEN or self.hidden))
        self.texts += [text for name in READ_OUT if (text := given.get(name))]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        places = [place for place, (name, _) in enumerate(self.open) if name == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(data.strip())


def seen(page: str) -> list[str]:
    parser = Seen()
    parser.feed(page)
    return parser.texts


def data() -> set[str]:
    """Words of whatever stands in the tables: codes, accounts, what people typed."""
    found: set[str] = set()
    for label in ("matters", "departments", "accounts", "outbox"):
        for model in apps.get_app_config(label).get_models():
            names = [f.name for f in model._meta.concrete_fields if isinstance(f, (CharField, SlugField, JSONField))]
            for row in model._default_manager.values_list(*names) if names else ():
                found |= {word.lower() for word in WORD.findall(str(row))}
    return found


def pages(client: Client, addresses: list[str]) -> dict[str, str]:
    """Address -> page, of these and of what they lead to by a link of the same kind; each kind of page once."""
    found: dict[str, str] = {}
    kinds: set[str] = set()
    waiting = list(addresses)
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"/[^/]+/(change|history|delete|publish|whatif)/", r"/*/\1/", address.partition("?")[0])
        if kind in kinds:
            continue
        kinds.add(kind)
        response = client.get(address)
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            found[address] = response.content.decode()
            links = re.findall(r'href="(/admin/[^"#]+)"', found[address])
            waiting += [link.replace("&amp;", "&") for link in links if "logout" not in link]
    return found


@pytest.mark.parametrize(("role", "least"), [("editor", 40), ("sysadmin", 40)])
def test_nobody_reads_english_in_the_administration(scene: Scene, role: str, least: int) -> None:
    user = scene.users["editor"]
    record_miss(text="养蜂", source="here")
    made = candidate_from_miss(text="养蜂", actor=actor_for(user))
    choose_item(
        candidate=made.pk, item=Item.objects.values_list("pk", flat=True)[0], chosen=True, actor=actor_for(user)
    )
    record_miss(text="修表", source="here")
    known = data() | NAMES
    shown = pages(scene.client(role), sorted(admin_addresses(scene).values()))
    assert len(shown) > least
    foreign = {
        f"{address}: {text[:80]}"
        for address, page in shown.items()
        for text in seen(page)
        if any(word.lower() not in known for word in WORD.findall(text))
    }
    assert not foreign, "\n".join(sorted(foreign))


def test_what_is_translated_here_is_what_is_compiled() -> None:
    """django.mo is made of django.po by msgfmt and committed, because a fresh machine has no gettext."""
    with (LOCALE / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    source = (LOCALE / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\n(?:msgid_plural ".+"\n)?msgstr(?:\[0\])? "(.+)"$', source, re.MULTILINE)
    assert len(pairs) > 40
    plain = [(one.replace('\\"', '"'), text.replace('\\"', '"')) for one, text in pairs]
    assert [one for one, text in plain if text not in (catalogue.gettext(one), catalogue.ngettext(one, one, 1))] == []
