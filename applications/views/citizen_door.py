"""The door of the citizen's pages: one's own drafts and cases, and nobody else's."""

from uuid import UUID

from django.http import Http404

from applications import access
from applications.models import Application, Draft
from applications.operations.drafting import MANDATE_ENDED, drafts_visible_to
from departments.middleware import ActorRequest
from foundation.errors import NotAllowed


def own_draft(request: ActorRequest, pk: UUID) -> Draft:
    """The draft, also one already submitted. Somebody else's does not exist: Http404. NotAllowed when the mandate
    under which it was begun has ended."""
    draft: Draft | None = drafts_visible_to(request.actor).filter(pk=pk).first()
    if draft is None:
        raise Http404("没有这份草稿")
    if access.mandate_ended(draft, request.actor):
        raise NotAllowed(MANDATE_ENDED)
    return draft


def own_case(request: ActorRequest, number: str) -> Application:
    """The person's own case with its matter and people; the window has its own pages. Somebody else's: Http404."""
    related = ("matter", "applicant", "organisation", "agent")
    case = Application.objects.of_person(request.actor).select_related(*related).filter(number=number).first()
    if case is None:
        raise Http404("没有这件")
    return case
