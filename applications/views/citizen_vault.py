"""材料库: what the person and their organisations have from earlier cases, until when it is valid, and taking it out."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from applications.models import VaultPaper
from applications.operations import vault
from applications.views.door import personal, posted, status_of
from applications.views.files import serve
from departments.middleware import ActorRequest
from foundation.errors import Refused


@personal
@require_safe
def my_vault(request: ActorRequest) -> HttpResponse:
    """Everything in the vaults that this person opens."""
    return _page(request)


@personal
@require_safe
def vault_file(request: ActorRequest, stored: UUID) -> HttpResponse:
    """One paper of an own vault. Http404 for everybody else."""
    for holder in vault.holders_of(request.actor):
        for paper in vault.papers_of(request.actor, holder):
            if paper.file.pk == stored and paper.file.may_leave:
                return serve(paper.file)
    raise Http404("没有这个文件")


@personal
@require_POST
def vault_validity(request: ActorRequest, stored: UUID) -> HttpResponse:
    """Write down until when a paper is valid; empty for no end."""
    text = posted(request, "until", 10)
    try:
        try:
            until = date.fromisoformat(text) if text else None
        except ValueError:
            raise Refused("日期写成 2027-03-01 这样。") from None
        vault.note_validity(actor=request.actor, stored_id=stored, valid_until=until)
    except VaultPaper.DoesNotExist:
        raise Http404("材料库里没有这份材料") from None
    except Refused as refusal:
        return _page(request, refusal)
    return redirect("my-vault")


@personal
@require_POST
def vault_forget(request: ActorRequest, stored: UUID) -> HttpResponse:
    """Take a paper out, where no filed case holds it."""
    try:
        vault.forget(actor=request.actor, stored_id=stored)
    except VaultPaper.DoesNotExist:
        raise Http404("材料库里没有这份材料") from None
    except Refused as refusal:
        return _page(request, refusal)
    return redirect("my-vault")


def _page(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    names = Organisation.objects.in_bulk(list(request.actor.organisations))
    today = timezone.localdate()
    shelves = [
        (
            names[holder.organisation_id].name if holder.organisation_id else request.actor.name,
            [(paper, paper.expired(today)) for paper in vault.papers_of(request.actor, holder)],
        )
        for holder in vault.holders_of(request.actor)
    ]
    context = {"shelves": shelves, "grades": vault.GRADES.items(), "refusal": refusal}
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/citizen/vault.html", context, status=status)
