"""Who signs in with a phone that a code has proved: the account of that number, made the first time."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.identity import check_mobile, normalise_phone
from accounts.models import User
from accounts.operations.people import phone_index
from foundation.errors import Conflict, Refused


def account_of_phone(*, phone: str) -> tuple[User, bool]:
    """The account that signs in with this number, and whether it was made just now. Call it after the code was right.

    Two first sign-ins at once get the same account. Raises Refused (field code) when the account is switched off.
    """
    index = phone_index(phone)
    user = User.objects.filter(phone_index=index).first()
    if user is None:
        number = normalise_phone(phone)
        fresh = User(username=f"m{secrets.token_hex(8)}", name=f"尾号 {number[-4:]}", phone=number, phone_index=index)
        fresh.set_unusable_password()
        User.objects.bulk_create([fresh], ignore_conflicts=True)
        user = User.objects.get(phone_index=index)
        return user, user.username == fresh.username
    if not user.is_active:
        raise Refused("这个账号停用了，请打 12345 或者到窗口问原因", "code")
    return user, False


def set_sign_in_phone(*, user: User, phone: str) -> User:
    """From now on this number signs in to the account. Call it after a code to the new number was right.

    Raises Refused (field phone) for a faulty number, Conflict when another account signs in with it.
    """
    if fault := check_mobile(phone):
        raise Refused(fault, "phone")
    user.phone, user.phone_index = normalise_phone(phone), phone_index(phone)
    try:
        with transaction.atomic():
            user.save(update_fields=["phone", "phone_index"])
    except IntegrityError:
        raise Conflict("这个号码登录着另一个账号，换不过来。请到窗口核对。", "phone") from None
    return user


def name_of(typed: str) -> str:
    """The account name behind what was typed as 账号: the name itself, or that of the account with this mobile number."""
    if check_mobile(typed):
        return typed
    found = User.objects.filter(phone_index=phone_index(typed)).values_list("username", flat=True).first()
    return found or typed


def set_password(*, user: User, password: str, again: str) -> User:
    """The password that signs in from now on; every other browser of the account is signed out by it.

    Call it after the old password or a code was right. Raises Refused (field password or again).
    """
    try:
        validate_password(password, user)
    except ValidationError as faults:
        raise Refused("；".join(str(sentence).rstrip("。") for sentence in faults.messages), "password") from None
    if password != again:
        raise Refused("两遍填的密码不一样，请再填一遍", "again")
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
