"""Signing in and out."""

from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.forms.sign_in import SignInForm
from accounts.views.going_on import OUR_OWN


class SignIn(LoginView):
    """Goes on to `next` (same host only) or to settings.LOGIN_REDIRECT_URL, which sends everybody to their own page."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm

    def get_redirect_url(self, request: HttpRequest | None = None) -> str:
        """`next`, unless it is a page of the sign-in: the link in the head names the page it stands on."""
        target: str = super().get_redirect_url()
        return "" if target.startswith(OUR_OWN) else target

    def form_invalid(self, form: Any) -> HttpResponse:
        """Shows the form with what was typed; 429 while the person has to wait."""
        response = super().form_invalid(form)
        if form.wait_seconds:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_seconds)
        return response


class SignOut(LogoutView):
    """POST only; goes on to settings.LOGOUT_REDIRECT_URL."""


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The administration has no sign-in page of its own: it would be one without a throttle."""
    target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
    return redirect_to_login(target, login_url=reverse("sign-in"))
