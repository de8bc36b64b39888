"""核验: whoever holds a paper checks at its address that it was issued, to whom, and whether it still holds.

The token is 192 random bits, so nothing can be counted through; an unknown one gets the same page as a mistyped one.
"""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Certificate
from departments.models import Department
from foundation.documents.models import Document
from foundation.masking import mask_name

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")
LONGEST_PERSON = 4  # characters; beyond that it is the name of a business


@never_cache
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """`/verify/<token>/`: public, and says no more than stands on the paper's face. Three queries."""
    document = Document.objects.filter(token=token).first() if TOKEN.fullmatch(token) else None
    if document is None:
        return render(request, "applications/verify.html", {"document": None}, status=404)
    authority = Department.objects.filter(pk=document.authority).values_list("name", flat=True).first()
    certificate = Certificate.objects.select_related("replaced_by").filter(paper__document=document).first()
    until = certificate.valid_until if certificate else None
    state, word = certificate.standing(timezone.localdate()) if certificate else ("", "")
    context = {
        "state": state,
        "word": word,
        "number": certificate.number if certificate else document.number,
        "instead": certificate.replaced_by.number if certificate and state == Certificate.REPLACED else "",
        "until": until,
        "document": document,
        "authority": authority or document.data.get("authority", ""),
        "holder": masked(document.holder),
    }
    return render(request, "applications/verify.html", context)


def masked(holder: str) -> str:
    """A person as 张*; a business keeps the two first and the two last characters of its name."""
    if len(holder) <= LONGEST_PERSON:
        return mask_name(holder)
    return f"{holder[:2]}{'*' * (len(holder) - 4)}{holder[-2:]}"
