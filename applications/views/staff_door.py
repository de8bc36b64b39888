"""The door of the staff's pages: reviewers and supervisors; the window has its own in `window_door`."""

from django.http import Http404

from applications.desk import own
from applications.models import Task
from applications.views.door import MAX_ID, View, signed_in_with
from departments.access import Actor


def reviewer_only(view: View) -> View:
    """Reviewers of any department; everybody else signed in gets the 403 page. Nothing is cached."""
    return signed_in_with(lambda actor: bool(actor.departments), view, "queue")


def supervisor_only(view: View) -> View:
    """Supervisors of the county. Nothing is cached."""
    return signed_in_with(lambda actor: actor.supervisor, view, "supervise")


def own_task(actor: Actor, pk: int) -> Task:
    """The task with its case, matter, applicant and people. Another department's task does not exist: Http404."""
    if pk > MAX_ID:
        raise Http404("没有这一件")
    related = ("application__matter", "application__applicant", "department", "assignee", "decided_by")
    task = own(actor).select_related(*related).filter(pk=pk).first()
    if task is None:
        raise Http404("没有这一件")
    return task
