"""证件识别: the words on a photo of a certificate, read by a worker, go into the form only where the owner confirms them."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from applications.certificates import fields_for, kind_of, read
from applications.models import Draft, MaterialFile, Reading
from applications.operations.drafting import fill_in, lock_draft, plan_for
from applications.states import FetchState
from departments.access import Actor
from foundation.errors import Refused
from foundation.files import words
from foundation.files.checks import FileRefused
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put
from matters.plan import scheme

PICTURE = "picture"  # origin of a field's value, until the owner confirms the section


@transaction.atomic
def ask(*, actor: Actor, draft_id: UUID, file_id: int) -> Reading:
    """Have a photo of an identity card or a business licence read. Asked twice is read once.

    Raises Draft.DoesNotExist, MaterialFile.DoesNotExist, Refused (not such a certificate, the extra is not installed).
    """
    draft = lock_draft(actor, draft_id, "识别证件")
    row = draft.files.select_related("file").get(pk=file_id)
    names = {m.spec.code: m.spec.name for m in scheme(plan_for(draft), draft.answers).materials}
    kind = kind_of(names.get(row.material_code, ""))
    if not kind or not row.file.pictured or not row.file.may_leave or not words.available():
        raise Refused("这个文件读不了，请手工填写。")
    reading, fresh = Reading.objects.get_or_create(row=row, defaults={"kind": kind})
    if fresh:
        key = str(reading.pk)
        put(Entry(kind="read", key=key, dedupe=f"read:{key}", queue="lookups", payload={"reading": reading.pk}))
    return reading


def read_entry(row: Outbox) -> None:
    """Outbox handler: read the picture in a process of its own. What cannot be read is an answer too."""
    waiting = Reading.objects.select_related("row__file").filter(state=FetchState.ASKED)
    reading = waiting.filter(pk=row.payload["reading"]).first()
    if reading is None:
        return
    try:
        reading.values = read(reading.kind, words.lines_of(reading.row.file))
        reading.state = FetchState.FOUND if reading.values else FetchState.NOT_FOUND
    except FileRefused:
        reading.state = FetchState.FAILED
    reading.save(update_fields=["values", "state"])


def suggested(draft: Draft, reading: Reading) -> dict[str, str]:
    """Code of a field of the form → what was read for it."""
    found = scheme(plan_for(draft), draft.answers)
    names = {m.spec.code: m.spec.name for m in found.materials}
    agent = "经办人" in names.get(reading.row.material_code, "")
    specs = [field.spec for section in found.sections for field in section.fields]
    return fields_for(reading.kind, agent, reading.values, specs)


@transaction.atomic
def confirm(*, actor: Actor, draft_id: UUID, file_id: int, version: int, codes: Collection[str]) -> Draft:
    """Put the ticked values into the form, marked as read from a picture until their section is confirmed.

    Raises MaterialFile.DoesNotExist, Refused (nothing ticked), Conflict as `fill_in`.
    """
    draft = lock_draft(actor, draft_id)
    row = MaterialFile.objects.select_related("reading").filter(draft=draft, reading__isnull=False).get(pk=file_id)
    values = {code: value for code, value in suggested(draft, row.reading).items() if code in codes}
    if not values:
        raise Refused("请至少勾选一栏，或者回去手工填写。")
    saved = fill_in(actor=actor, draft_id=draft_id, version=version, values=values)
    saved.origins = {**saved.origins, **dict.fromkeys(values, PICTURE)}
    saved.save(update_fields=["origins"])
    return saved
