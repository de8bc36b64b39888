"""再造方案: a what-if that somebody keeps, and what makes it the next draft. Publishing it is two other persons' act.

Locks: the proposal, then against loads, then the matters that are touched, by code, as publishing does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.access import require_editor
from matters.compiling import item_json, material_json, question_json, step_json
from matters.models import Item, ItemMaterial, Material, Matter, Proposal, Question, Revision, Step
from matters.operations.publishing import lock_against_loads
from matters.published import plan_of
from matters.source.checking import Catalogue, lint_all
from matters.specs import Plan
from matters.stored import stored_catalogue
from matters.whatif import Change, apply_changes, newly_committed, obstacles
from matters.whatif_edits import Edit, carried, edits
from matters.whatif_links import read_change, written

TITLE_LIMIT, REASON_LIMIT = 100, 2000


@dataclass(frozen=True)
class Opened:
    """What opening a proposal wrote: the values, and the codes of all matters whose draft they reach."""

    edits: tuple[Edit, ...]
    matters: tuple[str, ...]


def propose(
    *, matter: str, revision: int, title: str, reason: str, changes: Sequence[Change], actor: Actor
) -> Proposal:
    """Keeps changes to a matter, against the revision (its pk) that the actor compared them with.

    Raises NotAllowed; Refused for an unknown revision, without a title, reason or change, for changes that cannot be
    made or leave the matter's promise below its longest chain; Conflict when another revision is in force meanwhile.
    """
    require_editor(actor)
    if actor.user_id is None:
        raise NotAllowed("再造方案要由一名事项管理员提出。")
    title = _text(title, "名称", "title", TITLE_LIMIT)
    reason = _text(reason, "理由和依据", "reason", REASON_LIMIT)
    if compared_with(matter) != revision:
        raise Conflict("这件事的现行版本已经换了，请重新打开推演，再看一遍。")
    if not changes:
        raise Refused("还没有改动，没有什么可以保存。")
    # Written and read again: what is kept is exactly what a link can carry.
    plain = [read_change(written(change)) for change in changes]
    plan = plan_of(revision)
    changed = apply_changes(plan, plain)
    if blocked := obstacles(changed, newly_committed(plan, changed)):
        raise Refused("".join(blocked))
    return Proposal.objects.create(
        matter_id=matter,
        revision_id=revision,
        title=title,
        reason=reason,
        changes=plain,
        author_id=actor.user_id,
        created_at=timezone.now(),
    )


def compared_with(matter: str) -> int | None:
    """The revision (pk) that a what-if on this matter starts from: the one people read now. One query."""
    return Revision.objects.live().filter(matter=matter).values_list("pk", flat=True).first()


def proposed_plan(proposal: Proposal) -> tuple[Plan, Plan]:
    """The plan that was compared with, and the one that the proposal makes of it. No query when it is in the cache."""
    plan = plan_of(proposal.revision_id)
    return plan, apply_changes(plan, proposal.changes)


def also_touched(matter: str, made: Iterable[Edit]) -> dict[str, str]:
    """Code -> name of the other matters that are composed of rows which these edits change. Two queries at most."""
    shared = [edit for edit in made if edit.shared]
    items = {edit.key[0] for edit in shared if edit.kind != "material"}
    materials = {edit.key[0] for edit in shared if edit.kind == "material"}
    if materials:
        items |= set(ItemMaterial.objects.filter(material__in=materials).values_list("item_id", flat=True))
    if not items:
        return {}
    others = Matter.objects.filter(steps__item__in=items).exclude(pk=matter).order_by("number").distinct()
    return dict(others.values_list("code", "name"))


def blocked_elsewhere(names: Mapping[str, str], made: Sequence[Edit]) -> list[str]:
    """Of these other matters (code -> name), what keeps each from being published after the shared edits, as a sentence.

    Only a longer promise of an item can do that. One query, and one for each plan that is not in the cache.
    """
    if not any(edit.name == "promised_days" and edit.shared and edit.new > edit.old for edit in made):
        return []
    live = Revision.objects.live().filter(matter__in=names).values_list("matter_id", "pk")
    return [
        f"{names[code]}：{text}" for code, pk in live for text in obstacles(carried(plan_of(pk), made)) if code in names
    ]


def open_as_draft(*, proposal: int, actor: Actor) -> Opened:
    """Writes a proposal's changes into the edited rows; what people read stays until two persons publish it.

    Raises NotAllowed; Refused when it is open already, or when a draft that was sound would no longer be; Conflict,
    naming the places, when the rows it changes are not as the compared revision has them. All or nothing.
    """
    require_editor(actor)
    if actor.user_id is None:
        raise NotAllowed("要由一名事项管理员转为草稿。")
    with transaction.atomic():
        row = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal).first()
        if row is None:
            raise Refused("没有这份再造方案。")
        if row.opened_at is not None:
            raise Conflict("这份方案已经转为草稿。")
        lock_against_loads()
        made = edits(*proposed_plan(row))
        touched = [row.matter_id, *also_touched(row.matter_id, made)]
        list(Matter.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=touched).order_by("pk"))
        before = stored_catalogue()
        if moved := _moved(before, row.matter_id, made):
            raise Conflict(
                f"方案保存以后，要改的地方已有改动：{'；'.join(moved)}。请重新打开推演，按现在的内容再保存一份。"
            )
        for edit in made:
            _write(row.matter_id, edit)
        _refuse_new_faults(before, touched)
        row.opened_by_id, row.opened_at = actor.user_id, timezone.now()
        row.save(update_fields=["opened_by", "opened_at"])
    return Opened(made, tuple(touched))


def _text(text: str, what: str, field: str, limit: int) -> str:
    text = text.strip()
    if not text:
        raise Refused(f"请写明{what}。", field=field)
    if len(text) > limit:
        raise Refused(f"{what}最多 {limit} 字，现在有 {len(text)} 字。", field=field)
    return text


def _moved(catalogue: Catalogue, matter: str, made: Iterable[Edit]) -> list[str]:
    """The places among those to be written whose row says something else than the compared revision."""
    return [where for edit in made if (where := _place(catalogue, edit)) and _now(catalogue, matter, edit) != edit.old]


def _now(catalogue: Catalogue, matter: str, edit: Edit) -> Any:
    """What the edited row says now, in the form of a plan's JSON; None when there is no such row."""
    rows = catalogue.rows
    own: Mapping[str, Any] = rows["matter"][matter]
    code = edit.key[0] if edit.key else ""
    if edit.kind == "matter":
        return own[edit.name]
    if edit.kind in ("question", "step"):
        key, form = ("code", question_json) if edit.kind == "question" else ("item", step_json)
        found = next((form(one) for one in own[f"{edit.kind}s"] if one[key] == code), None)
        return found if found is None or not edit.name else found[edit.name]
    if edit.kind == "material":
        return material_json(rows["material"][code])[edit.name] if code in rows["material"] else None
    if code not in rows["item"]:
        return None
    item = item_json(rows["item"][code])
    if edit.kind == "item":
        return item[edit.name]
    return next((ask["need"] for ask in item["asks"] if ask["material"] == edit.key[1]), None)


def _place(catalogue: Catalogue, edit: Edit) -> str:
    """The place of an edit, for a sentence."""
    if edit.kind == "matter":
        return "整件事的承诺时限" if edit.name == "promised_days" else "整件事的层级"
    if edit.kind == "question":
        return f"问题“{edit.old['text']}”"
    kind = "material" if edit.kind == "material" else "item"
    name = catalogue.rows[kind].get(edit.key[0], {}).get("name", edit.key[0])
    what = {"step": "环节", "item": "事项", "ask": "所需材料", "material": "材料"}[edit.kind]
    return f"{what}“{name}”"


def _write(matter: str, edit: Edit) -> None:
    """Writes one value, only over the one that was looked at: nobody's save in between is lost."""
    rows: QuerySet[Any]
    if edit.kind == "matter":
        rows = Matter.objects.filter(pk=matter)
    elif edit.kind == "question":
        rows = Question.objects.filter(matter=matter, code=edit.key[0])
    elif edit.kind == "step":
        rows = Step.objects.filter(matter=matter, item=edit.key[0])
    elif edit.kind == "item":
        rows = Item.objects.filter(pk=edit.key[0])
    elif edit.kind == "ask":
        rows = ItemMaterial.objects.filter(item=edit.key[0], material=edit.key[1])
    else:
        rows = Material.objects.filter(pk=edit.key[0])
    if not edit.name:
        rows.delete()
    elif not rows.filter(**{edit.name: edit.old}).update(**{edit.name: edit.new}):
        raise Conflict("刚才有人改了同一个地方，请重新打开推演，按现在的内容再保存一份。")


def _refuse_new_faults(before: Catalogue, touched: Sequence[str]) -> None:
    """Raises Refused when a touched matter could be published before these changes and cannot any more."""
    had, have = lint_all(before), lint_all(stored_catalogue())
    broken = {code: have[code] for code in touched if code in have and code not in had}
    if broken:
        texts = [
            f"{before.rows['matter'][code]['name']}：{'、'.join(fault.text for fault in faults)}"
            for code, faults in broken.items()
        ]
        raise Refused(f"这样改以后，有 {len(broken)} 件事不能发布：{'；'.join(texts)}。请先在方案里一并解决。")
