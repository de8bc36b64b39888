"""预填: what the portal already knows for a new draft, each value with where it came from. Reads only.

The profile first, then earlier cases of the same applicant that the actor may see. A value that a step of the same
case brings is filled in when it is decided and stands in no draft (`filling.brought_by`).
"""

from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Person
from applications.filling import fault
from applications.models import Application
from departments.access import Actor
from matters.plan import Plan

PROFILE = "profile"
EARLIER_CASES = 5  # how many of the applicant's last cases are looked through
# Who and where somebody is stays true; when something happened, for how much, and what is declared is asked anew.
CARRIED = ("text", "address", "id-number", "uscc", "phone", "email", "number", "integer", "choice", "multichoice")


def known_values(
    actor: Actor, plan: Plan, person: Person | None, organisation: Organisation | None, agent: Person | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The form as far as it is known, and code → origin of each value (`Draft.origins`). One query."""
    form, origins = _of_earlier_cases(actor, plan, person, organisation)
    profile = profile_values(plan, person, organisation, agent)
    return {**form, **profile}, {**origins, **dict.fromkeys(profile, PROFILE)}


def profile_values(
    plan: Plan, person: Person | None, organisation: Organisation | None = None, agent: Person | None = None
) -> dict[str, str]:
    """Values the profile already knows, for fields whose dictionary entry says `prefill: profile.<name>`.

    Names: applicant_name (of the organisation, or the person), name, id_number, phone, address, uscc,
    representative_name, agent_name, agent_id_number, agent_phone. An organisation's case tells nobody's identity
    number but the agent's own.
    """
    if person is None:
        return {}
    known = {"applicant_name": person.name, "name": person.name, "phone": person.phone}
    if organisation is None:
        known |= {"id_number": person.id_number, "address": person.address}
    else:
        representative = organisation.legal_representative
        known |= {"applicant_name": organisation.name, "uscc": organisation.uscc}
        known["representative_name"] = representative.name if representative else ""
    if agent is not None:
        known |= {"agent_name": agent.name, "agent_id_number": agent.id_number, "agent_phone": agent.phone}
    wanted = {f.code: f.prefill.removeprefix("profile.") for f in plan.fields.values() if f.prefill}
    return {code: known[name] for code, name in wanted.items() if known.get(name)}


def _of_earlier_cases(
    actor: Actor, plan: Plan, person: Person | None, organisation: Organisation | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """A code means the same in every matter, so the newest fit value holds. An agent reads only what they filed or
    may see: a mandate for one matter tells nothing of the principal's others."""
    if person is None:
        return {}, {}
    cases = (
        Application.objects.visible_to(actor)
        .filter(applicant=person, organisation=organisation)
        .order_by("-id")
        .only("form", "submitted_at")[:EARLIER_CASES]
    )
    form: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for case in cases:
        for code, value in case.form.items():
            spec = plan.fields.get(code)
            if spec is None or code in form or spec.type not in CARRIED or spec.prefill.startswith("result."):
                continue
            if fault(spec, value) is None:
                form[code], origins[code] = value, f"case:{timezone.localdate(case.submitted_at).isoformat()}"
    return form, origins
