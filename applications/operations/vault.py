"""材料库: papers from earlier cases and kept ones, each with how far it can be trusted, taken into a draft in one press.

A paper is one stored file, however many cases, drafts and vaults hold it; nothing is copied.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from applications.models import Application, CaseMaterial, Draft, MaterialFile, MaterialPart, VaultPaper
from applications.operations import uploading
from applications.operations.drafting import drafts_of, plan_for
from applications.states import CaseState, FetchState, MaterialState
from departments.access import Actor
from foundation.errors import Refused
from foundation.files.models import StoredFile
from matters.plan import scheme

MOST = 500  # files of one owner's cases that are looked through, newest first
GRADES = {
    "A": "由发证部门核对",
    "B": "窗口核过原件",
    "C": "在以前的办件里合格",
    "D": "只上传过",
}
NOT_TAKEN_IN = (CaseState.SUBMITTED, CaseState.RECEIVED, CaseState.CORRECTING, CaseState.DECLINED, CaseState.WITHDRAWN)


@dataclass(frozen=True)
class Holder:
    """Whose papers: a person or an organisation."""

    person_id: int | None
    organisation_id: int | None = None

    @property
    def key(self) -> dict[str, int | None]:
        return {"person_id": self.person_id, "organisation_id": self.organisation_id}


@dataclass(frozen=True)
class Kept:
    """One paper of a vault. `held`: a filed case needs it, so it stays."""

    file: StoredFile
    material_code: str
    name: str
    grade: str
    since: datetime
    valid_until: date | None = None
    held: bool = False

    @property
    def trust(self) -> str:
        return GRADES[self.grade]

    def expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today


def grade(*, seen: bool, found: str, case_state: str, confirmed: bool = False) -> str:
    """How far a paper of a filed case is trusted, by what became of it there. Pure.

    A: an authority confirmed the same paper by data sharing; B: a clerk had the original in hand (`seen`); C: it
    was found in order, or its case accepted; D: it was only sent. A paper found wrong is worth no more than D.
    """
    if found == MaterialState.WRONG:
        return "D"
    if confirmed:
        return "A"
    if found == MaterialState.RECEIVED:
        return "B" if seen else "C"
    return "D" if case_state in NOT_TAKEN_IN else "C"


def holders_of(actor: Actor) -> list[Holder]:
    """Whose vault the actor opens: their own, and those of the organisations they act for today."""
    own = [Holder(actor.person_id)] if actor.person_id is not None else []
    return own + [Holder(None, organisation) for organisation in sorted(actor.organisations)]


def holder_of(draft: Draft) -> Holder | None:
    """Whose papers fit this draft."""
    if draft.organisation_id is not None:
        return Holder(None, draft.organisation_id)
    return Holder(draft.applicant_id) if draft.applicant_id is not None else None


def papers_of(actor: Actor, holder: Holder) -> list[Kept]:
    """The vault of one holder, best and newest first; empty for whoever does not act for them. Three queries."""
    if holder not in holders_of(actor):
        return []
    return _papers(holder, Application.objects.of_person(actor))


def for_the_desk(actor: Actor, case: Application, material_code: str) -> list[Kept]:
    """What the portal holds already of one paper of a case, for the clerk who has its owner at the window: best first,
    not expired, not in the case yet. Three queries; empty for whoever is no clerk.
    """
    if not actor.clerk:
        return []
    holder = Holder(None, case.organisation_id) if case.organisation_id else Holder(case.applicant_id)
    others = Application.objects.visible_to(actor).exclude(pk=case.pk)
    there = MaterialFile.objects.filter(application=case, material_code=material_code).values("file_id")
    today = timezone.localdate()
    found = _papers(holder, others, Q(material_code=material_code) & ~Q(file__in=there))
    return [paper for paper in found if not paper.expired(today) and paper.file.may_leave]


def source_of(paper: Kept) -> str:
    """Where a copy that is used again comes from: what its watermark says."""
    return f"材料库，{paper.trust}，{timezone.localtime(paper.since):%Y-%m-%d}存"


def _papers(holder: Holder, seen: QuerySet[Application], wanted: Q | None = None) -> list[Kept]:
    """The holder's papers out of these cases and out of the vault; `wanted`: a condition on files of either."""
    wanted = wanted or Q()
    kept = {row.file_id: row for row in VaultPaper.objects.filter(wanted, **holder.key).select_related("file")}
    found: dict[UUID, Kept] = {}
    for paper in (*_of_cases(seen, holder, kept, wanted), *_kept_alone(kept.values())):
        known = found.get(paper.file.pk)
        if known is None or (paper.grade, not paper.held) < (known.grade, not known.held):
            found[paper.file.pk] = paper
    newest = sorted(found.values(), key=lambda paper: paper.since, reverse=True)
    return sorted(newest, key=lambda paper: paper.grade)


def _of_cases(seen: QuerySet[Application], holder: Holder, kept: dict[UUID, VaultPaper], wanted: Q) -> Iterable[Kept]:
    where = {"organisation_id": holder.organisation_id}
    if holder.organisation_id is None:
        where["applicant_id"] = holder.person_id
    cases = seen.filter(**where)
    rows = MaterialFile.objects.filter(wanted, application__in=cases).select_related("file", "application")
    materials = {(m.application_id, m.material_code): m for m in CaseMaterial.objects.filter(application__in=cases)}
    confirmed = set(
        cases.filter(draft__fetches__state=FetchState.FOUND).values_list("pk", "draft__fetches__material_code")
    )
    for row in rows.order_by("-added_at")[:MOST]:
        case = row.application
        material = materials.get((case.pk, row.material_code)) if case is not None else None
        if case is None or material is None:
            continue
        yield Kept(
            file=row.file,
            material_code=row.material_code,
            name=material.name,
            grade=grade(
                seen=material.original_seen_at is not None,
                found=material.state,
                case_state=case.state,
                confirmed=(case.pk, row.material_code) in confirmed,
            ),
            since=row.added_at,
            valid_until=kept[row.file_id].valid_until if row.file_id in kept else None,
            held=True,
        )


def _kept_alone(kept: Iterable[VaultPaper]) -> Iterable[Kept]:
    for row in kept:
        yield Kept(row.file, row.material_code, row.name, "D", row.kept_at, row.valid_until)


@transaction.atomic
def keep(*, actor: Actor, draft_id: UUID, file_id: int) -> VaultPaper:
    """Keep a file of a draft for later cases of whom the draft is for. Twice is once.

    Raises Draft.DoesNotExist, MaterialFile.DoesNotExist, Refused.
    """
    draft = drafts_of(actor).get(pk=draft_id)
    row = draft.files.select_related("file").get(pk=file_id)
    holder = holder_of(draft)
    if holder is None or holder not in holders_of(actor):
        raise Refused("材料库只存自己和自己单位的材料。")
    specs = {m.spec.code: m.spec.name for m in scheme(plan_for(draft), draft.answers).materials}
    paper, _ = VaultPaper.objects.get_or_create(
        file=row.file,
        defaults={
            **holder.key,
            "material_code": row.material_code,
            "name": specs.get(row.material_code, row.file.name),
        },
    )
    return paper


def reuse(*, actor: Actor, draft_id: UUID, material_code: str, stored_id: UUID) -> MaterialFile:
    """Let a draft hold a paper of its applicant's vault: the same file, no copy. A second press changes nothing.

    Raises Draft.DoesNotExist, Refused where the vault has no such paper for this material, as `uploading.take`.
    """
    draft = drafts_of(actor).get(pk=draft_id)
    holder = holder_of(draft)
    papers = papers_of(actor, holder) if holder else []
    paper = next((p for p in papers if p.file.pk == stored_id and p.material_code == material_code), None)
    if paper is None:
        raise Refused("材料库里没有这份材料了，请重新选。")
    there = draft.files.filter(material_code=material_code, file=paper.file).first()
    if there is not None:
        return there
    return uploading.take(
        actor=actor,
        draft_id=draft_id,
        material_code=material_code,
        stored=paper.file,
        source=source_of(paper),
        valid_until=paper.valid_until,
    )


@transaction.atomic
def note_validity(*, actor: Actor, stored_id: UUID, valid_until: date | None) -> None:
    """Write down until when a paper is valid. Raises VaultPaper.DoesNotExist for what is in no vault of the actor's."""
    holder, paper = _find(actor, stored_id)
    VaultPaper.objects.update_or_create(
        file=paper.file,
        defaults={"valid_until": valid_until},
        create_defaults={
            **holder.key,
            "material_code": paper.material_code,
            "name": paper.name,
            "valid_until": valid_until,
        },
    )


@transaction.atomic
def forget(*, actor: Actor, stored_id: UUID) -> None:
    """Take a paper out of the vault; the file goes with the nightly sweep when nothing else holds it.

    Raises VaultPaper.DoesNotExist, Refused where a filed case holds it (archives are kept by law, 《档案法》).
    """
    _, paper = _find(actor, stored_id)
    if paper.held:
        raise Refused("这份材料在已经递交的办件里，要随办件存档，不能删。")
    VaultPaper.objects.filter(file=paper.file).delete()


def _find(actor: Actor, stored_id: UUID) -> tuple[Holder, Kept]:
    for holder in holders_of(actor):
        for paper in papers_of(actor, holder):
            if paper.file.pk == stored_id:
                return holder, paper
    raise VaultPaper.DoesNotExist


def offered(actor: Actor, draft: Draft) -> dict[str, list[Kept]]:
    """Material code → papers of the applicant's vault that can be taken into the draft: not expired, not there yet."""
    holder = holder_of(draft)
    if holder is None or not actor.signed_in:
        return {}
    today = timezone.localdate()
    there = set(draft.files.values_list("file_id", flat=True))
    there |= set(MaterialPart.objects.filter(whole__draft=draft).values_list("file_id", flat=True))
    found: dict[str, list[Kept]] = {}
    for paper in papers_of(actor, holder):
        if paper.file.pk not in there and not paper.expired(today) and paper.file.may_leave:
            found.setdefault(paper.material_code, []).append(paper)
    return found
