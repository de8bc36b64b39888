"""The page after signing in: everybody's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from departments.access import home_of
from departments.middleware import ActorRequest


@never_cache
@login_required
@require_safe
def start(request: ActorRequest) -> HttpResponse:
    """To the workbench, the queue, the administration or the citizen's own cases, by the person's posts."""
    return HttpResponseRedirect(home_of(request.actor))
