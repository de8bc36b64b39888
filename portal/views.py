"""The front page, the halls, the large-text switch, and pages for when something is wrong."""

import logging
import sys
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from redis.exceptions import RedisError

from applications.models import Application
from departments.calendar import current_calendar
from departments.models import Hall
from foundation.errors import Conflict, NotAllowed, Refused
from matters.doors import confluence, firm_stages, life_doors, sayings
from matters.published import Brief, catalogue, figures_of

log = logging.getLogger(__name__)

SHOWN = 6
A_YEAR = 365 * 24 * 3600
COUNTED_SECONDS = 600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """您想办什么事: search, life events, an enterprise's path, what is filed most."""
    briefs = catalogue()
    most, counted = _most_filed(briefs)
    context = {
        "springs": confluence(briefs),
        "sayings": sayings(briefs, most),
        "doors": life_doors(briefs),
        "stages": firm_stages(briefs),
        "individual": sum(b.audience == "individual" for b in briefs),
        "enterprise": sum(b.audience == "enterprise" for b in briefs),
        "total": len(briefs),
        "most": [(brief, figures_of(brief.revision_id)) for brief in most],
        "most_is_counted": counted,
    }
    return render(request, "home.html", context)


def _most_filed(briefs: tuple[Brief, ...]) -> tuple[list[Brief], bool]:
    """What was filed most in the last thirty days; before there is anything to count, those that join the most
    departments. The second value says which of the two it is."""
    try:
        counts: list[str] = cache.get_or_set("most-filed", _counted, COUNTED_SECONDS) or []
    except RedisError:  # the front page stands without the cache
        counts = _counted()
    if len(counts) >= SHOWN:
        by_code = {brief.code: brief for brief in briefs}
        return [by_code[code] for code in counts if code in by_code], True
    return sorted(briefs, key=lambda brief: -len(brief.departments))[:SHOWN], False


def _counted() -> list[str]:
    """Codes of what was filed most in the last thirty days, the most first: reads every case of that month."""
    month = Application.objects.filter(submitted_at__gte=timezone.now() - timedelta(days=30))
    counts = month.values("matter_id").annotate(n=Count("pk")).order_by("-n", "matter_id")[:SHOWN]
    return [row["matter_id"] for row in counts]


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """办事大厅: where and when, the largest first, and who helps."""
    return render(
        request, "halls.html", {"halls": Hall.objects.annotate(windows=Count("counters")).order_by("-windows", "code")}
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """我们怎么用您的信息: the notice that 《个人信息保护法》第十七条、第三十五条 ask for. Days are those that hold today."""
    values, today = current_calendar().thresholds.value, timezone.localdate()
    names = ("draft_days", "draft_notice_days", "visit_phone_days", "visit_no_show_days")
    draft, notice, visit, no_show = (values(name, today) for name in names)
    context = {"draft_days": draft, "notice_days": notice, "visit_days": visit, "no_show_days": max(visit, no_show)}
    return render(request, "privacy.html", context)


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


def _wrong(request: HttpRequest, status: int, title: str, text: str, back: str = "") -> HttpResponse:
    """The page that tells what went wrong; for an htmx request the sentence alone."""
    template = "partials/_refused.html" if request.headers.get("HX-Request") else "wrong.html"
    return render(request, template, {"status": status, "title": title, "text": text, "back": back}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 400, "这个请求看不懂", "地址或者提交的内容不完整，请回到上一页再试。")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _wrong(request, 403, "这一页放得太久了", "为了安全，请回到上一页刷新后再提交。", _came_from(request))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 403, "您不能看这一页", "这一页归别的岗位。要换账号请先退出登录。")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _wrong(request, 404, "没有这一页", "可能地址打错了，也可能这一件不归您看。")


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A rule said no where no view was ready for it: 409 somebody was faster, 403 not this person's, 422 any other."""
    status, title = 422, "没有办成"
    if isinstance(refusal, Conflict):
        status, title = 409, "刚刚有人改过"
    elif isinstance(refusal, NotAllowed):
        status, title = 403, "您不能这样做"
    return _wrong(request, status, title, refusal.message, _came_from(request))


def _came_from(request: HttpRequest) -> str:
    """The page of ours that the request was sent from, empty when unknown."""
    came = request.headers.get("Referer", "")
    return came if url_has_allowed_host_and_scheme(came, {request.get_host()}, request.is_secure()) else ""


def server_error(request: HttpRequest) -> HttpResponse:
    """No database, no session here: whatever failed may be what they need. The reference stands in the log too."""
    reference = f"{uuid.uuid4().hex[:4]}-{uuid.uuid4().hex[:4]}".upper()
    log.error("参考号 %s：%s %s", reference, request.method, request.path, exc_info=sys.exc_info()[0] is not None)
    context = {"reference": reference, "portal_name": settings.PORTAL_NAME, "demo": settings.DEMO}
    return render(None, "500.html", context, status=500)
