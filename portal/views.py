"""The front page, the halls, the large-text switch, and pages for when something is wrong."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application
from departments.models import Hall
from matters.doors import firm_stages, life_doors
from matters.published import Brief, catalogue

SHOWN = 6
A_YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """您想办什么事: search, life events, an enterprise's path, what is filed most."""
    briefs = catalogue()
    most, counted = _most_filed(briefs)
    context = {
        "doors": life_doors(briefs),
        "stages": firm_stages(briefs),
        "individual": sum(b.audience == "individual" for b in briefs),
        "enterprise": sum(b.audience == "enterprise" for b in briefs),
        "total": len(briefs),
        "most": most,
        "most_is_counted": counted,
    }
    return render(request, "home.html", context)


def _most_filed(briefs: tuple[Brief, ...]) -> tuple[list[Brief], bool]:
    """What was filed most in the last thirty days; before there is anything to count, those that join the most
    departments. The second value says which of the two it is."""
    since = timezone.now() - timedelta(days=30)
    counts = dict(
        Application.objects.filter(submitted_at__gte=since)
        .values_list("matter_id")
        .annotate(n=Count("pk"))
        .order_by("-n")[:SHOWN]
    )
    if len(counts) >= SHOWN:
        by_code = {brief.code: brief for brief in briefs}
        return [by_code[code] for code in counts if code in by_code], True
    return sorted(briefs, key=lambda brief: -len(brief.departments))[:SHOWN], False


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """办事大厅: where and when."""
    return render(request, "halls.html", {"halls": Hall.objects.annotate(windows=Count("counters"))})


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """长辈模式 on or off, kept in a cookie so that it works without scripts."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(wanted if safe else "/")
    if request.COOKIES.get("large-text") == "1":
        response.delete_cookie("large-text")
    else:
        response.set_cookie("large-text", "1", max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def _wrong(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "wrong.html", {"status": status, "title": title, "text": text}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 400, "这个请求看不懂", "地址或者提交的内容不完整，请回到上一页再试。")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _wrong(request, 403, "这一页放得太久了", "为了安全，请回到上一页刷新后再提交。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 403, "您不能看这一页", "这一页归别的岗位。要换账号请先退出登录。")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 404, "没有这一页", "可能地址打错了，也可能这一件不归您看。")


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no session here: whatever failed may be what they need."""
    reference = uuid.uuid4().hex[:8]
    return render(None, "500.html", {"reference": reference, "portal_name": settings.PORTAL_NAME}, status=500)
