"""查进度: whoever holds the receipt sees how far the case is, without a sign-in and without anybody's data.

The answer comes with the question itself: nothing of it stays in a session or an address on a shared computer.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.throttle import client_address
from applications.lookup import case_by_code
from applications.views.citizen_cases import progress_of
from applications.views.door import posted, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: ActorRequest) -> HttpResponse:
    """`/query/`: the form, and on POST the progress of the case. Wrong number and wrong code get the same answer."""
    typed = {"number": posted(request, "number", 40), "code": posted(request, "code", 20)}
    if request.method != "POST":
        return render(request, "applications/query.html", {"typed": typed})
    try:
        case = case_by_code(**typed, address=client_address(request))
    except Refused as refusal:
        context = {"typed": typed, "refusal": refusal}
        return render(request, "applications/query.html", context, status=status_of(refusal))
    return render(request, "applications/query_answer.html", progress_of(case))
