"""凭编号和查询码查进度: a case for whoever holds its receipt, without a sign-in. Guessing gets slow.

The case number is no secret (day and serial); the code is 39 random bits.
"""

import secrets
import unicodedata

from django.conf import settings

from applications.models import Application
from applications.numbers import query_code
from foundation import throttle
from foundation.crypto import decrypt, encrypt
from foundation.errors import Refused

BY_NUMBER = throttle.Bound(free=5, first=30, longest=900)
BY_ADDRESS = throttle.Bound(free=5, first=12, longest=600)
BY_SHARED_ADDRESS = throttle.Bound(free=60, first=5, longest=300)  # the terminals of a hall
NOT_FOUND = "没有查到：编号和查询码不对应。请照回执上的字再输一遍。"


def case_by_code(*, number: str, code: str, address: str) -> Application:
    """The case with this number and query code; `address`: where the question comes from, for counting.

    Raises Refused: one sentence and the same work for a wrong number and a wrong code, another for too many tries.
    Blanks, hyphens, full-width and small letters are put right first.
    """
    number, code = _typed(number), _typed(code)
    if not number or not code:
        raise Refused("请把编号和查询码都填上，两样都印在回执上。", "number" if not number else "code")
    by_address = BY_SHARED_ADDRESS if address in settings.SIGN_IN_SHARED_ADDRESSES else BY_ADDRESS
    keys = {f"query:number:{number[:40]}": BY_NUMBER, f"query:address:{address}": by_address}
    wait = throttle.charge(keys)
    if wait:
        raise Refused(f"试的次数太多了，请等\u00a0{wait}\u00a0秒再查。急的话请打 12345。")
    found = Application.objects.filter(number=number).select_related("matter").defer("form").first()
    # A number that does not exist costs the same decryption as one that does.
    right = found.query_code if found else decrypt(encrypt(query_code()))
    if not secrets.compare_digest(right.encode(), code.encode()) or found is None:
        raise Refused(NOT_FOUND)
    throttle.refund(*keys)
    return found


def _typed(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in plain if character.isalnum())[:60]
