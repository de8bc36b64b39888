"""The demo accounts for the sign-in page of a demonstration."""

from django import template
from django.conf import settings

from departments.demo import DemoAccount, demo_password, main_accounts
from departments.models import Department

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> tuple[DemoAccount, ...]:
    """A handful of accounts; none outside a demonstration."""
    if not settings.DEMO:
        return ()
    return main_accounts(dict(Department.objects.values_list("code", "short_name")))


@register.simple_tag
def demo_sign_in_password() -> str:
    return demo_password() if settings.DEMO else ""
