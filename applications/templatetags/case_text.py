"""Tags that show states and lights: always shape and word, never colour alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from applications import showing
from applications.clocks import Light
from applications.models import Application, Task
from foundation.templatetags.portal_text import icon

register = template.Library()


def _tag(tag: showing.Tag) -> SafeString:
    tone = f" tag-{tag.tone}" if tag.tone else ""
    return format_html('<span class="tag{}">{}{}</span>', tone, icon(tag.icon), tag.word)


@register.simple_tag
def case_tag(case: Application) -> SafeString:
    """{% case_tag case %}"""
    return _tag(showing.case_tag(case))


@register.simple_tag
def task_tag(task: Task, locked: bool = False) -> SafeString:
    """{% task_tag task locked=True %}"""
    return _tag(showing.task_tag(task, locked=locked))


@register.simple_tag
def material_tag(state: str) -> SafeString:
    """{% material_tag material.state %}"""
    return _tag(showing.material_tag(state))


@register.simple_tag
def light(shown: Light | None, note: str = "") -> SafeString | str:
    """{% light task.light "3 月 9 日到期" %}; nothing when no clock runs."""
    if shown is None:
        return ""
    small = format_html(" <small>{}</small>", note) if note else ""
    return format_html('<span class="light light-{}">{}{}</span>', shown.colour, showing.light_word(shown), small)
