"""Who may do what to which case or task. Lists (`querysets.py`) and acts follow these same rules.

Every function takes the object and the actor and answers yes or no; none of them queries.
"""

from typing import TYPE_CHECKING, TypeAlias, cast

from applications.signing import cannot_sign, is_last
from applications.states import Channel
from departments.access import Actor
from departments.models import Rank

if TYPE_CHECKING:
    from applications.models import Application, Draft, Task

    Case: TypeAlias = Application | Task


def _case(subject: "Case") -> "Application":
    return cast("Application", getattr(subject, "application", subject))


def is_system(subject: "Case", actor: Actor) -> bool:
    """Beat and workers: no user behind them."""
    return actor.system


def takes_in(subject: "Case", actor: Actor) -> bool:
    """Any window of the county takes in any case (全县通办)."""
    return actor.clerk


def takes_in_or_system(subject: "Case", actor: Actor) -> bool:
    return actor.clerk or actor.system


def hands_over(subject: "Case", actor: Actor) -> bool:
    return actor.clerk


def is_applicant(subject: "Case", actor: Actor) -> bool:
    """The person in whose name it was filed, or an agent as far as the mandate reaches; an ended one ends at once, also
    for the agent who filed for an organisation in their own name."""
    case = _case(subject)
    if actor.person_id is None:
        return False
    if case.applicant_id == actor.person_id and case.organisation_id not in actor.ended_organisations:
        return True
    kind, pk = ("organisation", case.organisation_id) if case.organisation_id else ("principal", case.applicant_id)
    if any(one.kind == kind and one.pk == pk and one.case == case.number for one in actor.limited if one.case):
        return True
    if case.organisation_id is not None:
        return case.organisation_id in actor.organisations_for(case.matter_id)
    return case.agent_id == actor.person_id and case.applicant_id in actor.principals_for(case.matter_id)


def acts_for_applicant(subject: "Case", actor: Actor) -> bool:
    """The applicant, or a clerk writing down what the applicant asks for at the window."""
    return is_applicant(subject, actor) or actor.clerk


answers_correction = acts_for_applicant


def ends_correction(subject: "Case", actor: Actor) -> bool:
    """Who answers a correction; and the system, when a newer revision asks for none of it any more."""
    return answers_correction(subject, actor) or actor.system


def reviews(task: "Task", actor: Actor) -> bool:
    """A reviewer of the task's own department, at town level of its own town; a department is a tenant, and so is a town."""
    return task.department_id in actor.departments and (task.town_id is None or task.town_id in actor.towns)


def holds_task(task: "Task", actor: Actor) -> bool:
    return reviews(task, actor) and task.assignee_id == actor.user_id


def signs(task: "Task", actor: Actor) -> bool:
    """A reviewer of the department whose turn the step can be: of the rank, not recused, and not signed before."""
    return reviews(task, actor) and not cannot_sign(task, actor)


def takes_over(task: "Task", actor: Actor) -> bool:
    """A colleague who could decide it too: who took the case in could not."""
    return signs(task, actor) and task.application.received_by_id != actor.user_id


def _at_hand(task: "Task", actor: Actor) -> bool:
    return takes_over(task, actor) and task.assignee_id in (None, actor.user_id)


def decides(task: "Task", actor: Actor) -> bool:
    """Who signs last and did not take the case in: intake and decision are separate hands."""
    return _at_hand(task, actor) and is_last(task)


def puts_forward(task: "Task", actor: Actor) -> bool:
    """Who signs a step before the last one."""
    return _at_hand(task, actor) and not is_last(task)


def sends_back(task: "Task", actor: Actor) -> bool:
    """Who checks or approves and is not content."""
    return _at_hand(task, actor) and task.step > 1


def reroutes(task: "Task", actor: Actor) -> bool:
    """What came back is given on by the window or the supervisor."""
    return actor.clerk or actor.supervisor


def heads(task: "Task", actor: Actor) -> bool:
    """负责人 of the task's department, or the deputy."""
    return reviews(task, actor) and actor.rank_in(task.department_id) >= Rank.HEAD


def recuses(task: "Task", actor: Actor) -> bool:
    """The holder withdraws from it, or the head withdraws the holder."""
    return holds_task(task, actor) or heads(task, actor)


def in_hearing(task: "Task", actor: Actor) -> bool:
    """The applicant (or the window for them) asks for a hearing or gives it up; the department writes down the rest."""
    return reviews(task, actor) or acts_for_applicant(task, actor)


def declines_item(task: "Task", actor: Actor) -> bool:
    """不予受理 of one item: the department's own word, or the window writing that word down."""
    return reviews(task, actor) or actor.clerk


def declines_case(case: "Application", actor: Actor) -> bool:
    """The window on the departments' word, or the department that declines the last item."""
    return actor.clerk or bool(actor.departments)


def supervises(subject: "Case", actor: Actor) -> bool:
    return actor.supervisor


def anyone_in_the_case(subject: "Case", actor: Actor) -> bool:
    """Consequences of another act (join, termination, start): whoever was allowed that act causes them."""
    return actor.system or actor.clerk or actor.supervisor or bool(actor.departments) or is_applicant(subject, actor)


def sees_case(case: "Application", actor: Actor) -> bool:
    """Staff of the window and supervisors see every case; departments see theirs through their tasks."""
    return actor.clerk or actor.supervisor or is_applicant(case, actor)


def is_principal(draft: "Draft", actor: Actor) -> bool:
    """In whose name it is: the applicant, for an organisation its legal representative; whoever began it while nobody
    has said who they are. The draft comes with its organisation."""
    if draft.organisation is not None:
        principal = draft.organisation.legal_representative_id
    else:
        principal = draft.applicant_id
    return draft.owner_id == actor.user_id if principal is None else principal == actor.person_id


def edits_draft(draft: "Draft", actor: Actor) -> bool:
    """Whoever began it, and in whose name it was begun online; a clerk any draft of the window or one the citizen opened
    by its code."""
    if actor.user_id is None:
        return False
    if draft.owner_id == actor.user_id or (draft.channel == Channel.ONLINE and is_principal(draft, actor)):
        return True
    return actor.clerk and (draft.channel == Channel.WINDOW or draft.clerk_id == actor.user_id)


def mandate_ended(draft: "Draft", actor: Actor) -> bool:
    """Whether the agent who began it acts for nobody any more (E10): the draft stays, the agent no longer opens it."""
    if actor.clerk:
        return False
    return draft.organisation_id in actor.ended_organisations or draft.applicant_id in actor.ended_principals
