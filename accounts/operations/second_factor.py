"""The second factor of staff: codes of an authenticator app (RFC 6238, 6 digits, 30 seconds, one step of tolerance)."""

import secrets
import time
import unicodedata

import pyotp
from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.throttle import Wait, charge, refund
from foundation.errors import Conflict, Refused

SESSION_KEY = "second-factor"  # of the account whose second factor this session has shown
PERIOD = 30
WRONG = "数字不对。请看验证器里现在的 6 位数字，手机的时间也要准。"


def new_secret() -> str:
    """A fresh secret for an authenticator app, in Base32."""
    return pyotp.random_base32()


def address_of(user: User, secret: str) -> str:
    """What the QR code for the app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=settings.PORTAL_NAME)


def set_up(*, user: User, secret: str, typed: str, address: str) -> None:
    """Ties this secret to the account after a right code. Raises Refused (field code), Conflict when one is tied."""
    _judge(user, secret, typed, address, first=True)


def check(*, user: User, typed: str, address: str) -> None:
    """Raises Refused (field code) for a wrong or used code and for too many tries."""
    _judge(user, user.second_factor, typed, address, first=False)


def _judge(user: User, secret: str, typed: str, address: str, *, first: bool) -> None:
    code = "".join(character for character in unicodedata.normalize("NFKC", typed) if not character.isspace())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise Refused("请填验证器里的 6 位数字", "code")
    outcome = charge(f"second:{user.pk}", address)
    if isinstance(outcome, Wait):
        raise Refused(f"试的次数太多了，请等\u00a0{outcome.seconds}\u00a0秒再试", "code")
    step = _step_of(secret, code)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if first and locked.second_factor:
            raise Conflict("这个账号已经绑定了验证器，请用它的数字", "code")
        if step is None or step <= locked.second_factor_step:
            raise Refused(WRONG, "code")
        locked.second_factor_step = step
        if first:
            locked.second_factor = secret
        locked.save(update_fields=["second_factor", "second_factor_step"])
    refund(outcome)


def _step_of(secret: str, code: str) -> int | None:
    """The step of time to which the code belongs: this one, the one before or the one after."""
    now = int(time.time()) // PERIOD
    totp = pyotp.TOTP(secret)
    return next(
        (step for step in (now, now - 1, now + 1) if secrets.compare_digest(totp.at(step * PERIOD), code)), None
    )


def take_away(*, username: str) -> None:
    """For a lost phone: the account ties a new app at the next sign-in. For the keeper of the machine alone.

    Raises Refused for an unknown account.
    """
    if not User.objects.filter(username=username).update(second_factor="", second_factor_step=0):
        raise Refused(f"没有叫 {username} 的账号")
