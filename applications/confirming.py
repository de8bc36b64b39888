"""代填: what the window types for somebody without a phone is read and signed by them on a sheet with a code (W11).

The code follows from what was typed: a change afterwards is another code, and asks for another signature. Pure.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from applications.models import Application, Draft
from applications.numbers import CODE_LETTERS
from applications.states import Channel
from foundation.errors import Refused

CODE_LENGTH = 6
# Read aloud or copied by hand: what looks like a letter of the code is one.
LOOKALIKES = str.maketrans({"0": "", "O": "", "1": "", "I": "", "L": "", " ": "", "-": ""})


def confirmation_code(of: str, answers: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """Six letters that change with whatever stands in the form. `of`: what keeps two forms of the same words apart."""
    words = json.dumps([answers, form], ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(f"{of}{words}".encode()).digest()
    return "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:CODE_LENGTH])


def code_of_case(case: Application) -> str:
    """The code of the filed form; the same as that of its draft while nothing in it has changed since. One query."""
    draft = Draft.objects.filter(application=case).values_list("code", flat=True).first()
    return confirmation_code(draft or case.number, case.answers, case.form)


def needs_sheet(draft: Draft) -> bool:
    """Whether it is typed at the window for somebody who has no phone on which to read it. The draft knows its people."""
    if draft.channel != Channel.WINDOW:
        return False
    person = draft.agent or draft.applicant
    return person is not None and not person.phone


def check(draft: Draft, form: Mapping[str, Any], typed: str) -> None:
    """Raises Refused (field `confirmation`) unless `typed` is the code of exactly this form."""
    said = typed.upper().translate(LOOKALIKES)
    if not said:
        raise Refused("申请人没有留手机，填的要先打印代填确认单，本人看过签字，再填上面的确认码。", "confirmation")
    if said != confirmation_code(draft.code, draft.answers, form):
        raise Refused(
            "确认码和现在填的对不上：打印以后改过，或者输错了。改过的请重新打印，请申请人重新签。", "confirmation"
        )
