"""传材料: every paper once, however many departments use it. A file that is refused says why; the others are kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from applications import registry
from applications.checking import Advice
from applications.forms.merged import users_of
from applications.models import Draft, Fetch, MaterialFile, Reading
from applications.operations import drafting, sharing, uploading, vault
from applications.views.citizen_advice import dressed
from applications.views.citizen_door import own_draft
from applications.views.door import by_htmx, personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from foundation.files.limits import takes_files
from matters.plan import PlannedMaterial, Scheme, scheme

SUBMIT_WORDS = {"original": "原件", "verify": "原件核验，留复印件", "copy": "复印件", "electronic": "电子件"}
FILES_AT_ONCE = 20


class Attach(Protocol):
    """Stores one file where the caller wants it. Raises Refused."""

    def __call__(self, *, upload: BinaryIO, name: str) -> MaterialFile: ...


@dataclass(frozen=True)
class Page:
    """One file of a paper in its order; `up` and `down` are the order of all files with this one moved, or nothing."""

    row: MaterialFile
    number: int
    up: str
    down: str
    reading: Reading | None
    kept: bool


@dataclass(frozen=True)
class Tile:
    """One paper on the page, with its files and what is wrong with the last upload."""

    material: PlannedMaterial
    how: str
    users: tuple[str, ...]
    files: tuple[MaterialFile, ...]
    faults: tuple[str, ...] = ()
    offered: tuple[vault.Kept, ...] = ()
    fetch: Fetch | None = None
    readable: bool = False
    readings: dict[int, Reading] = field(default_factory=dict)
    kept: frozenset[int] = frozenset()
    advice: tuple[Advice, ...] = ()

    @property
    def code(self) -> str:
        return self.material.spec.code

    @property
    def pages(self) -> list[Page]:
        """The files with what the buttons beside each would make of the order."""
        ids = [row.pk for row in self.files]
        return [
            Page(
                row,
                place + 1,
                _swapped(ids, place - 1),
                _swapped(ids, place),
                self.readings.get(row.pk),
                row.pk in self.kept,
            )
            for place, row in enumerate(self.files)
        ]

    @property
    def joinable(self) -> bool:
        """Whether the files can become one PDF."""
        return len(self.files) > 1 and all(row.file.pictured for row in self.files)


def _swapped(ids: list[int], place: int) -> str:
    """The order with the files at `place` and behind it exchanged; empty where there are none."""
    if not 0 <= place < len(ids) - 1:
        return ""
    moved = [*ids[:place], ids[place + 1], ids[place], *ids[place + 2 :]]
    return ",".join(map(str, moved))


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


def files_of(draft: Draft) -> Iterable[MaterialFile]:
    """The files of a draft in their order, with what is stored and how many parts each was joined of."""
    return cast(
        Iterable[MaterialFile],
        draft.files.select_related("file").annotate(joined_of=Count("parts")).order_by("position", "id"),
    )


def _words() -> dict[str, object]:
    """What tiles say that is not of the paper itself."""
    return {"consent": sharing.CONSENT, "shared": registry.available()}


def _page(
    request: ActorRequest, draft: Draft, faults: dict[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    found = scheme(drafting.plan_for(draft), draft.answers)
    tiles = dressed(request.actor, draft, found, tiles_of(found, files_of(draft), faults))
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
        **_words(),
        "faulty": [tile for tile in tiles if tile.faults],
        "last_section": len(found.sections),
        "scanner": bool(settings.VIRUS_SCANNER),
    }
    return render(request, "applications/citizen/materials.html", context, status=status)


@personal
@require_POST
@takes_files()
def attach(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Store the chosen files for one paper, or one in the place of another (`replace`)."""
    draft = own_draft(request, draft_id)
    code = posted(request, "material", 80)
    replaces = posted_number(request, "replace") if request.POST.get("replace") else None

    def keep(*, upload: BinaryIO, name: str) -> MaterialFile:
        return uploading.attach(
            actor=request.actor, draft_id=draft.pk, material_code=code, upload=upload, name=name, replaces=replaces
        )

    uploads = request.FILES.getlist("files")
    try:
        faults, status = attach_each(uploads[:1] if replaces else uploads, keep)
    except MaterialFile.DoesNotExist:
        faults, status = [uploading.CHANGED], 409
    return answer(request, draft, code, faults, status)


@personal
@require_POST
def detach(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Take one file out again."""
    file_id = posted_number(request, "file")
    return act_on(
        request, draft_id, lambda draft: uploading.detach(actor=request.actor, draft_id=draft, file_id=file_id)
    )


@personal
@require_POST
def arrange(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Put the files of one paper into another order: `order` is their numbers with commas between."""
    parts = posted(request, "order", 600).split(",")
    order = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19]
    code = posted(request, "material", 80)
    return act_on(
        request,
        draft_id,
        lambda draft: uploading.arrange(actor=request.actor, draft_id=draft, material_code=code, order=order),
    )


@personal
@require_POST
def turn(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Turn one picture or PDF by a quarter to the right."""
    file_id = posted_number(request, "file")
    return act_on(request, draft_id, lambda draft: uploading.turn(actor=request.actor, draft_id=draft, file_id=file_id))


@personal
@require_POST
def keep(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Keep one file in the vault for the next case."""
    file_id = posted_number(request, "file")
    return act_on(request, draft_id, lambda draft: vault.keep(actor=request.actor, draft_id=draft, file_id=file_id))


@personal
@require_POST
def reuse(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Take a paper of the vault into the draft."""
    code, text = posted(request, "material", 80), posted(request, "stored", 36)

    def act(draft: UUID) -> object:
        try:
            stored = UUID(text)
        except ValueError:
            raise Refused("请在材料库里选一份。") from None
        return vault.reuse(actor=request.actor, draft_id=draft, material_code=code, stored_id=stored)

    return act_on(request, draft_id, act)


@personal
@require_POST
def join(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Make one PDF of the pictures and PDFs of one paper."""
    code = posted(request, "material", 80)
    return act_on(
        request, draft_id, lambda draft: uploading.join(actor=request.actor, draft_id=draft, material_code=code)
    )


@personal
@require_POST
def split(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Give back the pages that a joined PDF was made of."""
    file_id = posted_number(request, "file")
    return act_on(
        request, draft_id, lambda draft: uploading.split(actor=request.actor, draft_id=draft, file_id=file_id)
    )


def act_on(request: ActorRequest, draft_id: UUID, act: Callable[[UUID], object]) -> HttpResponse:
    """Do one thing to the files of a paper and show that paper. A file that is gone was taken out by a double click or
    in another tab: the tile shows how it is now.
    """
    draft = own_draft(request, draft_id)
    faults, status = [], 200
    try:
        act(draft.pk)
    except MaterialFile.DoesNotExist:
        status = 200
    except Refused as refusal:
        faults, status = [refusal.message], status_of(refusal)
    return answer(request, draft, posted(request, "material", 80), faults, status)


def answer(request: ActorRequest, draft: Draft, code: str, faults: list[str], status: int) -> HttpResponse:
    """htmx gets the tile of that paper, everybody else the page at that place."""
    found = scheme(drafting.plan_for(draft), draft.answers)
    tiles = dressed(request.actor, draft, found, tiles_of(found, files_of(draft), {code: faults}))
    tile = next((tile for tile in tiles if tile.code == code), None)
    if tile is None:
        raise Http404("没有这份材料")
    if by_htmx(request):
        context = {"draft": draft, "tile": tile, "scheme": found, **_words()}
        template = "_tile.html" if tile.material.counted else "_exempt.html"
        return render(request, f"applications/citizen/{template}", context, status=status)
    if faults:
        return _page(request, draft, {code: faults}, status)
    return redirect(f"{reverse('draft-materials', args=[draft.pk])}#m-{code}")
