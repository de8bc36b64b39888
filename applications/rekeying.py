"""抄录: what a department without a connected system keys a second time (二次录入): the lines, their checksum, the read-back.

Pure, but for `counted`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from applications.dossier import Dossier
from applications.models import Rekeying
from matters.plan import Plan

SHORT = 4  # characters; a shorter value has to stand alone in what was read back, or any number would hold it
LONGEST = 30 * 60  # seconds counted of one copying; who took longer was called away from it


@dataclass(frozen=True)
class Line:
    """One value to be keyed, in full: identity numbers too, which every other page of a reviewer masks."""

    label: str
    value: str


def lines_of(dossier: Dossier, plan: Plan) -> tuple[Line, ...]:
    """The number and the name of the case, then the item's own fields as they are filled in, in the order of the form."""
    case = dossier.case
    form: Mapping[str, Any] = case.form
    lines = [Line("办件编号", case.number), Line("申请人", case.title)]
    for section in dossier.sections:
        for entry in section.entries:
            spec = plan.fields[entry.code]
            value = str(form.get(entry.code) or "") if spec.type == "id-number" else entry.value
            if value:
                lines.append(Line(entry.label, value))
    return tuple(lines)


def checksum(lines: Sequence[Line]) -> str:
    """Eight characters over every label and value; another value anywhere is another code."""
    told = "\n".join(f"{line.label}\t{_close(line.value)}" for line in lines)
    code = hashlib.sha256(told.encode()).hexdigest()[:8].upper()
    return f"{code[:4]}-{code[4:]}"


def unread(lines: Sequence[Line], text: str) -> list[str]:
    """The labels whose value does not stand in what was copied back from the other system, whatever its layout.

    Full and half width, capitals and spaces do not matter.
    """
    close, words = _close(text), _wide(text)
    return [line.label for line in lines if not _stands(_close(line.value), close, words)]


def _stands(value: str, close: str, words: str) -> bool:
    if len(value) >= SHORT:
        return value in close
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", words) is not None


def _wide(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _close(text: str) -> str:
    return "".join(_wide(text).split())


def counted(since: datetime) -> list[dict[str, Any]]:
    """二次录入 a department from `since` on, the most minutes first: `name`, `cases`, `keyed` (fields), `minutes`, `misread` (how
    often the read-back found something wrong). One query.
    """
    rows = (
        Rekeying.objects.filter(keyed_at__gte=since)
        .order_by()
        .values(name=F("task__department__short_name"))
        .annotate(
            cases=Count("pk"),
            keyed=Sum("fields"),
            minutes=Coalesce(Sum("seconds"), 0) / 60,
            misread=Sum(F("tries") - 1),
        )
    )
    return [dict(row) for row in rows.order_by("-minutes", "name")]
