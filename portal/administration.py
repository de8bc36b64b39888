"""What frames every page of the administration: its menu with what waits for this person, and its front page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from departments.administration import actor_of
from matters.access import may_edit
from matters.models import Release

# The order of the menu; what is not named stands after these, by name.
MENU = ("Matter", "Item", "Material", "Field", "Law", "UpperStandard", "Release", "Revision", "Proposal", "Candidate")


def own_style(request: HttpRequest) -> str:
    """Address of the little style sheet for what Unfold does not compile."""
    return static("css/admin.css")


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Every page that this person may open, by app; beside 发布申请 how many wait for their approval."""
    waiting = waiting_count(request)
    inbox = reverse("admin:matters_release_changelist")
    return [
        {
            "title": app["name"],
            "separator": place > 0,
            "items": [
                {
                    "title": model["name"],
                    "link": model["admin_url"],
                    "badge": waiting if model["admin_url"] == inbox and waiting else None,
                }
                for model in sorted(app["models"], key=lambda model: _place(model["object_name"]))
                if model["admin_url"]
            ],
        }
        for place, app in enumerate(admin.site.get_app_list(request))
    ]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The front page, with `waiting`: how many releases this person is asked to approve."""
    return {**context, "waiting": waiting_count(request)}


def waiting_count(request: HttpRequest) -> int:
    """Releases that wait for this person's approval; nobody approves their own. One query for an editor."""
    actor = actor_of(request)
    return Release.objects.waiting_for(actor.user_id).count() if may_edit(actor) else 0


def _place(name: str) -> int:
    return MENU.index(name) if name in MENU else len(MENU)
