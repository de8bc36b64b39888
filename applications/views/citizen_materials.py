"""传材料: every paper once, however many departments use it. A file that is refused says why; the others are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications.forms.merged import users_of
from applications.models import Draft, MaterialFile
from applications.operations import drafting
from applications.views.citizen_door import own_draft
from applications.views.door import by_htmx, personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Conflict, Refused
from matters.plan import PlannedMaterial, Scheme, scheme

SUBMIT_WORDS = {"original": "原件", "verify": "原件核验，留复印件", "copy": "复印件", "electronic": "电子件"}
FILES_AT_ONCE = 20


class Attach(Protocol):
    """Stores one file where the caller wants it. Raises Refused."""

    def __call__(self, *, upload: BinaryIO, name: str) -> MaterialFile: ...


@dataclass(frozen=True)
class Tile:
    """One paper on the page, with its files and what is wrong with the last upload."""

    material: PlannedMaterial
    how: str
    users: tuple[str, ...]
    files: tuple[MaterialFile, ...]
    faults: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.material.spec.code


def files_by_material(files: Iterable[MaterialFile]) -> dict[str, list[MaterialFile]]:
    """Material code → its files, in the order they were added."""
    found: dict[str, list[MaterialFile]] = {}
    for file in files:
        found.setdefault(file.material_code, []).append(file)
    return found


def attach_each(uploads: list[Any], attach: Attach) -> tuple[list[str], int]:
    """Store each upload on its own, so that one bad file loses no good one. Sentences of the refused, and a status."""
    if not uploads:
        return ["请先选文件，再上传。"], 422
    faults, status = [], 200
    for upload in uploads[:FILES_AT_ONCE]:
        try:
            attach(upload=upload, name=upload.name)
        except Refused as refusal:
            faults.append(refusal.message)
            status = max(status, status_of(refusal))
    if len(uploads) > FILES_AT_ONCE:
        faults.append(f"一次最多传 {FILES_AT_ONCE}\u00a0个文件，后面的请再传一次。")
        status = 422
    return list(dict.fromkeys(faults)), status


def tiles_of(found: Scheme, files: Iterable[MaterialFile], faults: dict[str, list[str]] | None = None) -> list[Tile]:
    """A tile for each material that the applicant hands in or shows, in the order of the plan."""
    by_material = files_by_material(files)
    return [
        Tile(
            material=material,
            how=f"{SUBMIT_WORDS[material.submit]}，{material.copies}\u00a0份",
            users=users_of(found, material.used_by),
            files=tuple(by_material.get(material.spec.code, ())),
            faults=tuple((faults or {}).get(material.spec.code, ())),
        )
        for material in found.materials
        if material.supplied_by_step is None
    ]


@personal
@require_safe
def materials(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """All papers of the draft: at once, later (容缺), or none of the applicant's business (免交)."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    return _page(request, draft)


def _page(
    request: ActorRequest, draft: Draft, faults: dict[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers)
    tiles = tiles_of(found, draft.files.select_related("file"), faults)
    groups = [
        ("递交时要有", "file-check", [t for t in tiles if t.material.counted and t.material.need == "core"]),
        ("可以后补（容缺）", "hourglass", [t for t in tiles if t.material.counted and t.material.need != "core"]),
    ]
    exempt = [t for t in tiles if not t.material.counted]
    context = {
        "draft": draft,
        "plan": found.plan,
        "scheme": found,
        "step": "materials",
        "groups": [group for group in groups if group[2]],
        "exempt": exempt,
        "faulty": [tile for tile in tiles if tile.faults],
        "handed": sum(bool(tile.files) for tile in tiles if tile.material.counted),
        "last_section": len(found.sections),
    }
    return render(request, "applications/citizen/materials.html", context, status=status)


@personal
@require_POST
def attach(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Store the chosen files for one paper. htmx gets that paper's tile, everybody else the page at that place."""
    draft = own_draft(request, draft_id)
    code = posted(request, "material", 80)

    def keep(*, upload: BinaryIO, name: str) -> MaterialFile:
        return drafting.attach(actor=request.actor, draft_id=draft.pk, material_code=code, upload=upload, name=name)

    faults, status = attach_each(request.FILES.getlist("files"), keep)
    return _answer(request, draft, code, faults, status)


@personal
@require_POST
def detach(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Take one file out again."""
    draft = own_draft(request, draft_id)
    file_id = posted_number(request, "file")
    faults, status, code = [], 200, ""
    try:
        code = draft.files.get(pk=file_id).material_code
        drafting.detach(actor=request.actor, draft_id=draft.pk, file_id=file_id)
    except MaterialFile.DoesNotExist:
        # Taken out a moment ago, by a double click or in another tab: that is what was wanted.
        code = code or posted(request, "material", 80)
    except Conflict as refusal:
        faults, status = [refusal.message], status_of(refusal)
    return _answer(request, draft, code, faults, status)


def _answer(request: ActorRequest, draft: Draft, code: str, faults: list[str], status: int) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers)
    tiles = tiles_of(found, draft.files.select_related("file"), {code: faults})
    tile = next((tile for tile in tiles if tile.code == code), None)
    if tile is None:
        raise Http404("没有这份材料")
    if by_htmx(request):
        context = {"draft": draft, "tile": tile, "handed": sum(bool(t.files) for t in tiles if t.material.counted)}
        return render(request, "applications/citizen/_tile.html", context | {"scheme": found}, status=status)
    if faults:
        return _page(request, draft, {code: faults}, status)
    return redirect(f"{reverse('draft-materials', args=[draft.pk])}#m-{code}")
