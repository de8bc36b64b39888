"""How dates, counts and icons are written. A number never parts from its unit: they are joined by U+00A0."""

from datetime import date, datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
WEEKDAYS = "一二三四五六日"


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """{% icon "lock" %} or {% icon "lock" "s" %}: one symbol of the sprite, hidden from screen readers."""
    extra = f" icon-{size}" if size else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>', extra, static("icons.svg"), name
    )


@register.filter
def cn_date(day: date | datetime | None) -> str:
    """“3 月 11 日”; with the year when it is not this one. Empty for None."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    text = f"{day.month}\u00a0月\u00a0{day.day}\u00a0日"
    return text if day.year == timezone.localdate().year else f"{day.year}\u00a0年\u00a0{text}"


@register.filter
def cn_datetime(moment: datetime | None) -> str:
    """“3 月 11 日 9:05”."""
    if moment is None:
        return ""
    return f"{cn_date(moment)} {timezone.localtime(moment):%-H:%M}"


@register.filter
def weekday(day: date | datetime | None) -> str:
    """“周三”, in Shanghai's day. Empty for None."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return f"周{WEEKDAYS[day.weekday()]}" if day else ""


@register.filter
def count(number: int, unit: str) -> str:
    """{{ 26|count:"份" }} → “26 份” that never breaks."""
    return f"{number}\u00a0{unit}"


@register.filter
def months(number: int) -> str:
    """How long something is valid: “5 年” where it comes out even, else “18 个月”."""
    return count(number, "个月") if number % 12 else count(number // 12, "年")
