"""凭编号和查询码查进度: a case for whoever holds its receipt, without a sign-in. Guessing gets slow.

The case number is no secret (day and serial); the code is 39 random bits.
"""

import secrets
import unicodedata

from django.conf import settings
from django.db.models import Q

from applications.models import Application, PaperReceipt
from applications.numbers import query_code
from applications.paper_numbers import is_paper_number
from foundation import throttle
from foundation.crypto import decrypt, encrypt
from foundation.errors import Refused

BY_NUMBER = throttle.Bound(free=5, first=30, longest=900)
BY_ADDRESS = throttle.Bound(free=5, first=12, longest=600)
BY_SHARED_ADDRESS = throttle.Bound(free=60, first=5, longest=300)  # the terminals of a hall
ON_PAPER = "您的申请在纸上收了，窗口还没有补录好，补录好就能查到。期限从纸上的收件时间算。"
SPOILED = "这张纸质收件单登记作废了，请拿着它到窗口问。"
NOT_FOUND = "没有查到：编号和查询码不对应。请照回执上的字再输一遍。"


def case_by_code(*, number: str, code: str, address: str) -> Application:
    """The case with this number and query code; `address`: where the question comes from, for counting.

    The number of a paper taken in while the portal was down does as well; what is not entered yet is told.
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
    on_paper = is_paper_number(number)
    where = Q(paper_number=number) if on_paper else Q(number=number)
    found = Application.objects.filter(where).select_related("matter").defer("form").first()
    receipt = PaperReceipt.objects.filter(number=number).first() if on_paper and found is None else None
    known = found or receipt
    # A number that does not exist costs the same decryption as one that does.
    right = known.query_code if known else decrypt(encrypt(query_code()))
    if not secrets.compare_digest(right.encode(), code.encode()) or known is None:
        raise Refused(NOT_FOUND)
    if found is None:
        throttle.refund(*keys)
        raise Refused(SPOILED if receipt and receipt.spoiled_at else ON_PAPER)
    throttle.refund(*keys)
    return found


def _typed(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in plain if character.isalnum())[:60]
