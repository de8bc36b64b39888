"""One-time codes by text message: 6 digits, 5 minutes, 5 tries, one a minute to a number. Stored as a keyed hash.

The code goes straight to the adapter and not through the outbox, whose row would keep it readable. It belongs to the
browser that asked for it (the row's id lies in its session), so that nobody can use up somebody else's tries.
"""

import logging
import secrets
import unicodedata
import uuid
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from accounts.identity import check_mobile, normalise_phone
from accounts.models import PhoneCode, Purpose, User
from accounts.operations.people import phone_index
from accounts.throttle import BY_ADDRESS, BY_SHARED_ADDRESS
from foundation import throttle
from foundation.errors import Refused
from foundation.notices.adapters import GatewayError
from foundation.throttle import Bound

log = logging.getLogger(__name__)

DIGITS, MINUTES, TRIES, PAUSE_SECONDS = 6, 5, 5, 60
KEPT = timedelta(days=1)

PAUSE = Bound(free=0, first=PAUSE_SECONDS, longest=PAUSE_SECONDS)
SENT_TO_NUMBER = Bound(free=5, first=600, longest=3600)
SENT_FOR_ADDRESS = Bound(free=20, first=60, longest=3600)
SENT_FOR_SHARED_ADDRESS = Bound(free=300, first=30, longest=600)

NOT_SENT = "短信现在发不出去。请过几分钟再试，急的话用密码登录，或者到任何一个窗口办。"


class TooSoon(Refused):
    """The next try has to wait so many seconds."""

    def __init__(self, message: str, seconds: int, field: str) -> None:
        super().__init__(message, field)
        self.seconds = seconds


def send_code(*, purpose: Purpose, phone: str, address: str, user: User | None = None) -> PhoneCode:
    """Send a fresh code to this mobile number; `address`: where the request came from, `user`: whose act it is for.

    Does the same whether anybody is known under the number or not. Raises Refused (field phone) for a faulty number or
    a gateway that is away, TooSoon within the minute or beyond the limits by number and address.
    """
    if fault := check_mobile(phone):
        raise Refused(fault, "phone")
    number, index = normalise_phone(phone), phone_index(phone)
    keys = _sending_keys(index, address)
    if wait := throttle.charge(keys):
        raise TooSoon(f"验证码要得太快，请等\u00a0{_in_words(wait)}再要", wait, "phone")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    PhoneCode.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
    pk = uuid.uuid4()
    row = PhoneCode.objects.create(
        pk=pk,
        purpose=purpose,
        phone=number,
        phone_index=index,
        user=user,
        code_hash=_hash(pk, code),
        sent_at=timezone.now(),
    )
    text = f"【{settings.PORTAL_NAME}】验证码 {code}，{MINUTES} 分钟内有效，用于{Purpose(purpose).label}。谁问您要都不要给。"
    try:
        import_string(settings.SMS_ADAPTER)(phone=number, text=text, key=f"code:{pk}")
    except (OSError, GatewayError) as fault:
        log.warning("a code could not be sent: %s", type(fault).__name__)
        row.delete()
        throttle.refund(*keys)
        raise Refused(NOT_SENT, "phone") from None
    return row


def check_code(*, code_id: str, purpose: Purpose, typed: str, address: str, user: User | None = None) -> PhoneCode:
    """The row whose code was typed rightly, used up by it.

    `code_id`: from the session of the browser that asked. Raises Refused (field code) for a wrong, used, expired or
    worn-out code, TooSoon for too many tries from one address.
    """
    digits = "".join(c for c in unicodedata.normalize("NFKC", typed) if not c.isspace() and c != "-")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise Refused(f"请填短信里的 {DIGITS} 位数字", "code")
    shared = address in settings.SIGN_IN_SHARED_ADDRESSES
    tried = f"code:try:{address}"
    if wait := throttle.charge({tried: BY_SHARED_ADDRESS if shared else BY_ADDRESS}):
        raise TooSoon(f"试的次数太多了，请等\u00a0{_in_words(wait)}再试", wait, "code")
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(pk=code_id, purpose=purpose, user=user).first()
        refusal = _judge(row, digits)
    if row is None or refusal is not None:
        raise refusal or Refused("请重新获取验证码", "code")
    _pause, by_number, by_address = _sending_keys(row.phone_index, address)
    throttle.refund(by_number, by_address, tried)
    return row


def _judge(row: PhoneCode | None, digits: str) -> Refused | None:
    """Counts the try, or uses the code up. The sentence is handed back, not raised, so that the count is committed."""
    if row is None or row.used_at is not None:
        return Refused("这个验证码用过了，请重新获取", "code")
    if timezone.now() > row.sent_at + timedelta(minutes=MINUTES):
        return Refused(f"验证码过了 {MINUTES} 分钟，请重新获取", "code")
    if row.tries >= TRIES:
        return Refused(f"试了 {TRIES} 次都不对，这个验证码作废了，请重新获取", "code")
    if secrets.compare_digest(row.code_hash, _hash(row.pk, digits)):
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        return None
    row.tries += 1
    row.save(update_fields=["tries"])
    left = TRIES - row.tries
    if left == 0:
        return Refused(f"试了 {TRIES} 次都不对，这个验证码作废了，请重新获取", "code")
    return Refused(f"验证码不对，请看着短信再填一遍，还可以试 {left} 次", "code")


def seconds_to_resend(row: PhoneCode) -> int:
    """Seconds until another code may be asked for, 0 when it may."""
    gone = (timezone.now() - row.sent_at).total_seconds()
    return max(0, PAUSE_SECONDS - int(gone))


def _sending_keys(index: str, address: str) -> dict[str, Bound]:
    shared = address in settings.SIGN_IN_SHARED_ADDRESSES
    return {
        f"code:pause:{index}": PAUSE,
        f"code:number:{index}": SENT_TO_NUMBER,
        f"code:address:{sha256(address.encode()).hexdigest()[:32]}": (
            SENT_FOR_SHARED_ADDRESS if shared else SENT_FOR_ADDRESS
        ),
    }


def _hash(pk: uuid.UUID, code: str) -> str:
    """Keyed, because a million codes are hashed in a second by whoever reads the table."""
    return salted_hmac(f"phone-code:{pk}", code, algorithm="sha256").hexdigest()


def _in_words(seconds: int) -> str:
    return f"{seconds}\u00a0秒" if seconds <= 120 else f"{-(-seconds // 60)}\u00a0分钟"
