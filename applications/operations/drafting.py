"""草稿: begin, answer, fill in; files come by `uploading.py`. A save names the version it was made from and overwrites no other."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Organisation, Person
from applications import access
from applications.filling import clean, merge
from applications.models import Draft
from applications.numbers import query_code
from applications.operations.committing import demand_unbarred
from applications.operations.helping import helps, note_help
from applications.prefilling import known_values
from applications.states import OFFERED_HANDOVER, Channel
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from matters.plan import Plan, scheme
from matters.published import current_plan
from matters.specs import FieldSpec

FILES_PER_MATERIAL = 30
MANDATE_ENDED = "这份草稿的委托已经到期或者撤销，您不能再看、再改。草稿没有删，做过的事都算数。"


def drafts_visible_to(actor: Actor) -> Any:
    """Drafts the actor may see, submitted ones too: the own ones and those an agent began in their name; at the window
    those that a clerk opened.

    A citizen's own draft comes to the clerk to whom the citizen tells its code (`open_by_code`), and to no other.
    """
    if actor.user_id is None:
        return Draft.objects.none()
    mine = Q(owner_id=actor.user_id)
    if actor.person_id is not None:
        in_my_name = Q(organisation=None, applicant_id=actor.person_id)
        in_my_name |= Q(organisation__legal_representative_id=actor.person_id)
        mine |= Q(channel=Channel.ONLINE) & in_my_name
    if actor.clerk:
        mine |= Q(channel=Channel.WINDOW) | Q(clerk_id=actor.user_id)
    return Draft.objects.filter(mine).select_related(
        "matter", "applicant", "organisation__legal_representative", "agent", "application", "clerk"
    )


def drafts_of(actor: Actor) -> Any:
    """Open drafts the actor may edit."""
    return drafts_visible_to(actor).filter(application=None)


def open_by_code(*, actor: Actor, code: str) -> Draft | None:
    """The open draft with this code (调取码), for a clerk beside whom the citizen stands; None when there is none.

    A citizen's own draft is open to the clerk who was told the code last: the next window goes on where the first ended.
    """
    if not actor.clerk:
        raise NotAllowed("只有窗口可以凭调取码打开草稿。")
    draft: Draft | None = Draft.objects.filter(code=code, application=None).first()
    if draft is not None and draft.owner_id is not None:
        # By the code once more: where the citizen ended the help in this instant, it opens nothing.
        Draft.objects.filter(pk=draft.pk, code=code).update(clerk_id=actor.user_id)
    return draft


def plan_for(draft: Draft) -> Plan:
    """Drafts follow the newest revision."""
    return current_plan(draft.matter_id).plan


def lock_draft(actor: Actor, draft_id: UUID, what: str = "") -> Draft:
    """The draft, locked. `what`: what is done with it, written down where a helper (帮办) does it. Raises Draft.DoesNotExist also where it is somebody else's, NotAllowed where the mandate
    under which it was begun has ended."""
    draft = (
        Draft.objects.select_related("matter", "applicant", "organisation", "agent")
        .select_for_update(of=("self",))
        .get(pk=draft_id)
    )
    if not access.edits_draft(draft, actor):
        raise Draft.DoesNotExist
    if access.mandate_ended(draft, actor):
        raise NotAllowed(MANDATE_ENDED)
    if what:
        note_help(draft, actor, what)
    return draft


def _known_answers(plan: Plan, answers: dict[str, str]) -> dict[str, str]:
    """Answers whose question and choice the plan still has."""
    choices = {q.code: {c.code for c in q.choices} for q in plan.questions}
    return {q: a for q, a in answers.items() if a in choices.get(q, ())}


@transaction.atomic
def start_draft(
    *,
    actor: Actor,
    matter_code: str,
    answers: dict[str, str],
    applicant: Person | None = None,
    organisation_id: int | None = None,
    agent: Person | None = None,
) -> Draft:
    """Begin a draft. Online it is the account's own; a clerk's draft belongs to the walk-in `applicant`.

    Raises Matter.DoesNotExist, Refused when the matter is not open for new starts, NotAllowed without an account.
    """
    if actor.user_id is None:
        raise NotAllowed("请先登录。")
    if organisation_id is not None and not actor.clerk and organisation_id not in actor.organisations_for(matter_code):
        raise NotAllowed("这个单位没有委托您办这件事，或者委托已经到期、撤销。")
    acts_for = {actor.person_id, *actor.principals_for(matter_code)}
    if applicant is not None and not actor.clerk and applicant.pk not in acts_for:
        raise NotAllowed("这个人没有委托您办这件事，或者委托已经到期、撤销。")
    plan = current_plan(matter_code).plan
    window = actor.clerk and applicant is not None
    person_id = applicant.pk if applicant else actor.person_id
    agent_id = agent.pk if agent else _agent_of(actor, person_id, organisation_id, window)
    people = Person.objects.in_bulk([pk for pk in (person_id, agent_id) if pk])
    organisation = Organisation.objects.select_related("legal_representative").filter(pk=organisation_id or 0).first()
    form, origins = known_values(actor, plan, people.get(person_id or 0), organisation, people.get(agent_id or 0))
    return Draft.objects.create(
        code=query_code(),
        matter_id=matter_code,
        owner_id=None if window else actor.user_id,
        clerk_id=actor.user_id if window else None,
        applicant_id=person_id,
        organisation_id=organisation_id,
        agent_id=agent_id,
        channel=Channel.WINDOW if window else Channel.ONLINE,
        answers=_known_answers(plan, answers),
        form=form,
        origins=origins,
    )


def _agent_of(actor: Actor, person_id: int | None, organisation_id: int | None, window: bool) -> int | None:
    """Who files online for an organisation or for another person is their agent (经办人)."""
    for_another = organisation_id is not None or person_id != actor.person_id
    return actor.person_id if for_another and not window else None


@transaction.atomic
def answer(*, actor: Actor, draft_id: UUID, version: int, answers: dict[str, str]) -> Draft:
    """Change the answers (情形). All that still applies is kept. Raises Conflict when another tab saved meanwhile."""
    draft = _at_version(actor, draft_id, version, "选情形")
    draft.answers = _known_answers(plan_for(draft), {**draft.answers, **answers})
    return _saved(draft, "answers")


@transaction.atomic
def fill_in(*, actor: Actor, draft_id: UUID, version: int, values: dict[str, Any]) -> Draft:
    """Store what was typed into some fields, right or wrong. Unknown keys are dropped. Raises Conflict as `answer`."""
    draft = _at_version(actor, draft_id, version, "填表")
    fields = plan_for(draft).fields
    typed = {code: clean(fields[code], value) for code, value in values.items() if code in fields}
    draft.origins = {
        c: origin for c, origin in draft.origins.items() if typed.get(c, draft.form.get(c)) == draft.form.get(c)
    }
    draft.form = {**draft.form, **typed}
    return _saved(draft, "form", "origins")


@dataclass(frozen=True)
class Kept:
    """A draft after a save of what was `typed`, cleaned. `both`: what of it is not stored, another page having saved
    its own. `fields`: of the plan."""

    draft: Draft
    typed: dict[str, Any]
    both: dict[str, Any]
    fields: Mapping[str, FieldSpec]


@transaction.atomic
def merge_in(
    *,
    actor: Actor,
    draft_id: UUID,
    read: Callable[[Mapping[str, FieldSpec]], Mapping[str, Any]],
    seen: Mapping[str, str],
    confirmed: bool = False,
) -> Kept:
    """Store what one page sent, field by field, over nobody's newer text: see `filling.merge`.

    `read` is given the plan's fields and gives what was typed: the plan is known once the draft is locked.
    `confirmed`: the applicant went on with these values, so none counts as filled in for them any more. Unknown keys are
    dropped. Raises Draft.DoesNotExist, Conflict once submitted.
    """
    draft = lock_draft(actor, draft_id, "填表")
    if draft.application_id is not None:
        raise Conflict("这份申请已经提交，不能再改。")
    fields = plan_for(draft).fields
    typed = {code: clean(fields[code], value) for code, value in read(fields).items() if code in fields}
    found = merge(draft.form, typed, seen)
    own = set(typed) - set(found.both) if confirmed else found.changed
    origins = {code: origin for code, origin in draft.origins.items() if code not in own}
    if found.changed or origins != draft.origins:
        draft.form, draft.origins = found.form, origins
        _saved(draft, "form", "origins")
    return Kept(draft, typed, found.both, fields)


@transaction.atomic
def promise(*, actor: Actor, draft_id: UUID, version: int, items: Collection[str]) -> Draft:
    """告知承诺: of these items the applicant promises the conditions and is granted at once; of all others not (any more).

    Raises NotAllowed for a clerk and for an agent, because nobody promises for somebody else; Refused where an item does not apply or
    does not allow it; Conflict as `answer`. Source: 国办发〔2020〕42号.
    """
    draft = _at_version(actor, draft_id, version)
    if not access.is_principal(draft, actor):
        raise NotAllowed(
            "承诺要申请人自己作，窗口和代办的人都不能替他选。请他登录自己的账号，在“我的办件”里打开这份草稿来选。"
        )
    offered = {code for code, step in scheme(plan_for(draft), draft.answers).by_item.items() if step.item.commitment}
    if not offered.issuperset(items):
        raise Refused("有的事项不能选告知承诺，请重新选。", "promises")
    if items:
        demand_unbarred(draft)
    draft.commitments = sorted(items)
    return _saved(draft, "commitments")


@transaction.atomic
def choose_handover(*, actor: Actor, draft_id: UUID, version: int, handover: str) -> Draft:
    """How the results are to reach the applicant. Raises Refused for an unknown way, Conflict as `answer`."""
    if handover not in OFFERED_HANDOVER:
        raise Refused("请选一种取件方式。", "handover")
    draft = _at_version(actor, draft_id, version, "选取件方式")
    draft.handover = handover
    return _saved(draft, "handover")


def _at_version(actor: Actor, draft_id: UUID, version: int, what: str = "") -> Draft:
    draft = lock_draft(actor, draft_id, what)
    if draft.application_id is not None:
        raise Conflict("这份申请已经提交，不能再改。")
    if draft.version != version:
        raise Conflict("这份草稿在别的页面改过。您刚填的还在，请先看新的内容再保存。")
    return draft


def _saved(draft: Draft, *columns: str) -> Draft:
    draft.version += 1
    draft.save(update_fields=[*columns, "version", "updated_at"])
    return draft


@transaction.atomic
def discard(*, actor: Actor, draft_id: UUID) -> None:
    """Throw the draft away. Raises NotAllowed for a helper, Conflict once submitted."""
    draft = lock_draft(actor, draft_id)
    if helps(draft, actor):
        raise NotAllowed("帮办的人不能删申请人的草稿，请他自己删。")
    if draft.application_id is not None:
        raise Conflict("这份申请已经提交，要撤回请到“我的办件”。")
    draft.delete()


@transaction.atomic
def end_help(*, actor: Actor, draft_id: UUID) -> Draft:
    """不用帮了: the draft gets another code, and the helper opens it no more, from the next request on.

    Raises Draft.DoesNotExist for everybody but its owner and its principal, Conflict once submitted.
    """
    draft = lock_draft(actor, draft_id)
    if helps(draft, actor) or draft.owner_id is None:
        raise Draft.DoesNotExist
    if draft.application_id is not None:
        raise Conflict("这份申请已经递交。")
    draft.clerk, draft.code = None, query_code()
    draft.save(update_fields=["clerk", "code"])
    return draft
