"""补传的文件: what the applicant adds to a case that is filed already is turned and joined like the files of a draft.

Only files added since they were asked for; what was filed before stays as it was filed. Looking into a file takes
seconds, so it is done before the case is locked.
"""

from django.db import transaction

from applications.models import MaterialFile
from applications.operations.correcting import taking_files
from applications.operations.recording import event, lock_case, record
from departments.access import Actor
from foundation.errors import Conflict, Refused
from foundation.files import operations as files

CHANGED = "这份材料刚才在别的页面改过，请看新的再试。"


def turn_added(*, actor: Actor, number: str, file_id: int) -> MaterialFile:
    """An added picture or PDF by 90° to the right, as a new file.

    Raises MaterialFile.DoesNotExist, FileRefused, NotAllowed, Conflict.
    """
    with transaction.atomic():
        rows = _added(actor, number)
    before = next((row for row in rows if row.pk == file_id), None)
    if before is None:
        raise MaterialFile.DoesNotExist
    after = files.turned(before.file, quarters=1, by=actor.user_id)
    with transaction.atomic():
        _added(actor, number)
        if not MaterialFile.objects.filter(pk=file_id, file=before.file).update(file=after):
            raise Conflict(CHANGED)
    return before


def join_added(*, actor: Actor, number: str, material_code: str) -> MaterialFile:
    """One PDF of all pictures and PDFs added to a paper, in their order.

    Raises Refused with fewer than two, FileRefused, NotAllowed, Conflict.
    """
    with transaction.atomic():
        parts = _of(material_code, _added(actor, number))
    if len(parts) < 2:
        raise Refused("只有一个文件，不用合并。")
    stored = files.joined([part.file for part in parts], name="合并.pdf", by=actor.user_id)
    with transaction.atomic():
        case = lock_case(actor, number)
        now = _of(material_code, _added(actor, number))
        if [(row.pk, row.file_id) for row in now] != [(part.pk, part.file_id) for part in parts]:
            raise Conflict(CHANGED)
        MaterialFile.objects.filter(pk__in=[part.pk for part in parts]).delete()
        whole = MaterialFile.objects.create(
            application=case, material_code=material_code, file=stored, position=parts[0].position
        )
        text = f"把补传的 {len(parts)} 个文件合成一个"
        record([event(case, "file_joined", text, actor, material=material_code, file=str(stored.pk))])
    return whole


def _of(material_code: str, rows: list[MaterialFile]) -> list[MaterialFile]:
    return [row for row in rows if row.material_code == material_code]


def _added(actor: Actor, number: str) -> list[MaterialFile]:
    """The files added to papers that are open now, of the case locked until commit."""
    case = lock_case(actor, number)
    since = {code: moment for code, (_, moment) in taking_files(case, actor).items()}
    rows = MaterialFile.objects.filter(application=case, material_code__in=since).select_related("file")
    return [row for row in rows if row.added_at >= since[row.material_code]]
