"""What the window's page shows of its papers beyond their marks: review points, scans, what the portal holds already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications import paper_points
from applications.models import Application, CaseMaterial, MaterialFile
from applications.operations import vault, window_files
from applications.operations.verifying import answers_of
from applications.paper_points import PaperPoint
from applications.states import BEFORE_ACCEPTANCE, MaterialState
from departments.access import Actor
from matters.plan import Plan
from matters.published import plan_of

OFFERED = 2
POINT = "point."  # name of a point's boxes: with its key behind


@dataclass(frozen=True)
class Asked:
    """A review point as it stands on the page; `key` is the digit that turns it over."""

    key: int
    point: PaperPoint
    value: str

    @property
    def name(self) -> str:
        return POINT + self.point.key


@dataclass(frozen=True)
class Opened:
    """The paper under the cursor."""

    asked: tuple[Asked, ...]
    original: bool
    copies: str
    kept: tuple[vault.Kept, ...]


def opened(
    actor: Actor, case: Application, plan: Plan, rows: list[dict[str, Any]], code: str, typed: Mapping[str, str]
) -> Opened | None:
    """The paper of this code with what was just `typed`, else as it is stored. At most four queries."""
    row = next((row for row in rows if row["material"].material_code == code), None)
    if row is None:
        return None
    material = row["material"]
    mine = typed if typed.get("material") == code else {}
    points = paper_points.points_of(plan, code, material.submit, material.copies)
    original, copies = material.original_seen_at is not None, material.copies_kept
    if material.state == MaterialState.AWAITING:
        original, copies = paper_points.usual(material.submit, case.channel, material.copies)
    if mine.get("looked"):
        original = bool(mine.get("original"))
    return Opened(
        asked=tuple(
            Asked(n, point, mine.get(POINT + point.key, str(material.points.get(point.key, ""))))
            for n, point in enumerate(points, 1)
        ),
        original=original,
        copies=mine.get("copies", str(copies)),
        kept=_kept(actor, case, material) if may_scan(case, material) and not row["files"] else (),
    )


def _kept(actor: Actor, case: Application, material: CaseMaterial) -> tuple[vault.Kept, ...]:
    """The two best copies that somebody found in order; what was only uploaded once is worth no key."""
    found = vault.for_the_desk(actor, case, material.material_code)
    return tuple([paper for paper in found if paper.grade != "D"][:OFFERED])


def may_scan(case: Application, material: CaseMaterial) -> bool:
    """Whether the page offers to scan this paper; the operation has the last word."""
    if material.dropped_by_id is not None:
        return False
    owed = material.state == MaterialState.DEFERRED and material.handed_in_at is None
    return case.state in BEFORE_ACCEPTANCE or (case.state == "accepted" and (owed or case.taking_in_more))


def dress(case: Application, rows: list[dict[str, Any]]) -> set[int]:
    """Adds to each paper what a register answered, whether it is exempt and whether it may be scanned. Ids of files from the window."""
    answers, specs = answers_of(case), plan_of(case.revision_id).materials
    files: list[MaterialFile] = []
    for row in rows:
        material = row["material"]
        row["fetch"] = answers.get(material.material_code)
        row["exempt"] = material.material_code in specs and specs[material.material_code].exempt
        row["may_scan"] = may_scan(case, material)
        files += row["files"]
    return window_files.window_scans(files)
