"""Every address of the administration, one family with one rule: editors and the keeper of the system, nobody else."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.guards.scene import Scene, ask, shown
from tests.guards.url_table import ROLES

pytestmark = pytest.mark.django_db
CATALOGUE_MODELS = {"matters", "departments"}
KEEPERS_MODELS = {"departments_post", "accounts_user"}


def admin_addresses(scene: Scene) -> dict[str, str]:
    """Every address of the administration: name -> path, with a row that exists where one is needed."""
    found: dict[str, URLPattern] = {}

    def collect(resolver: URLResolver) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                collect(pattern)
            elif pattern.name:
                found.setdefault(pattern.name, pattern)

    collect(next(r for r in get_resolver().url_patterns if isinstance(r, URLResolver) and r.namespace == "admin"))
    rows = {f"{m._meta.app_label}_{m._meta.model_name}": m._default_manager.first() for m in admin.site._registry}
    addressed = {}
    for name, pattern in found.items():
        owner = next((row for key, row in rows.items() if name.startswith(f"{key}_") and row is not None), None)
        known = {"app_label": "matters", "url": "x", "content_type_id": 1, "extra_options": ""}
        given = {key: known.get(key, getattr(owner, "pk", 1)) for key in pattern.pattern.converters}
        given |= {key: known.get(key, getattr(owner, "pk", 1)) for key in pattern.pattern.regex.groupindex}
        try:
            addressed[name] = reverse(f"admin:{name}", kwargs=given)
        except NoReverseMatch:
            addressed[name] = reverse(f"admin:{name}", args=[getattr(owner, "pk", 1)])
    return addressed


ALLOWED = ("editor", "sysadmin")


def test_the_administration_sends_everybody_else_to_sign_in(scene: Scene) -> None:
    """Telling roles by both methods; the rest of them, and what editors see, in the slow test."""
    addressed = admin_addresses(scene)
    assert len(addressed) > 30
    _settle(scene, addressed, ("anonymous", "owner", "clerk", "disabled"), ("GET", "POST"))
    lists = {name: address for name, address in addressed.items() if name.endswith("_changelist") or name == "index"}
    _settle(scene, lists, ALLOWED, ("GET",))


@pytest.mark.slow
def test_the_administration_is_for_editors_and_the_keeper(scene: Scene) -> None:
    _settle(scene, admin_addresses(scene), ROLES, ("GET", "POST"))


def _settle(scene: Scene, addressed: dict[str, str], roles: tuple[str, ...], methods: tuple[str, ...]) -> None:
    wrong = []
    for role in roles:
        client = scene.client(role)
        for name, address in addressed.items():
            if name in ("login", "logout"):
                continue
            for method in methods:
                response = ask(client, method, address)
                verdict = admin_verdict(role, name, shown("admin", response))
                if verdict:
                    wrong.append(f"{method} {name} {address} as {role}: {response.status_code}, {verdict}")
    assert not wrong, "\n".join(wrong)


def admin_verdict(role: str, name: str, seen: int | str) -> str:
    """What is wrong with this answer; empty when nothing."""
    if seen == "sign in":
        return "" if role not in ALLOWED else "is kept out"
    if isinstance(seen, int) and seen >= 500:
        return "a server error"
    if seen == 302 and role not in ALLOWED:
        return ""  # to the administration's sign-in, which is ours
    if role not in ALLOWED:
        return "should be sent to sign in"
    model = name.rpartition("_")[0]
    if role == "editor" and model in KEEPERS_MODELS and seen == 200:
        return "accounts and posts are the keeper's"
    return ""


def test_the_administration_needs_its_token(scene: Scene) -> None:
    client = scene.client("sysadmin", enforce_csrf_checks=True)
    for name, address in admin_addresses(scene).items():
        assert ask(client, "POST", address).status_code in (403, 404, 405), name
