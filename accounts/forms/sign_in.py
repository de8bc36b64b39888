"""The sign-in form: one message for an unknown name, a wrong password and a switched-off account."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts import throttle
from accounts.operations.signing import name_of


class SignInForm(AuthenticationForm):
    """Name and password. `wait_seconds` is set when the try came too early and was not looked at."""

    error_messages = {"invalid_login": "账号或密码不对，请核对后再试", "inactive": "账号或密码不对，请核对后再试"}
    wait_seconds: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("username", "账号或手机号码", "请填写账号或手机号码"),
            ("password", "密码", "请填写密码"),
        ):
            field = self.fields[name]
            field.label = label
            field.error_messages["required"] = missing
            field.widget.attrs["class"] = "form-control"
        self.fields["username"].widget.attrs.pop("autofocus", None)
        if self.is_bound:
            for name in self.errors:
                if name in self.fields:
                    self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{name}-wrong"}

    def clean(self) -> dict[str, Any]:
        """Charges the try before the password is looked at and gives it back when it was right."""
        name = self.cleaned_data["username"] = name_of(self.cleaned_data.get("username", ""))
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data
        address = throttle.client_address(self.request) if self.request else throttle.UNKNOWN_ADDRESS
        outcome = throttle.charge(name, address)
        if isinstance(outcome, throttle.Wait):
            self.wait_seconds = outcome.seconds
            raise ValidationError(f"试的次数太多了，请等 {outcome.seconds} 秒再试", code="wait")
        cleaned: dict[str, Any] = super().clean()
        throttle.refund(outcome)
        return cleaned
