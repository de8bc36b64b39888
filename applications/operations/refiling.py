"""再办一次: after a refusal, a part grant or a withdrawal a new draft begins with the answers, the words and every paper of the case."""

from django.db import transaction

from applications.models import Application, Draft
from applications.operations import uploading, vault
from applications.operations.drafting import start_draft
from applications.states import CaseState, Outcome
from departments.access import Actor
from foundation.errors import Conflict

OVER = (CaseState.CONCLUDED, CaseState.DELIVERED, CaseState.ARCHIVED, CaseState.DECLINED, CaseState.WITHDRAWN)


def may_file_again(case: Application) -> bool:
    """Over, and not everything granted."""
    return case.state in OVER and case.outcome != Outcome.GRANTED


@transaction.atomic
def file_again(*, actor: Actor, number: str) -> Draft:
    """A draft of the same matter for the same applicant: answers, what the form may carry over, the papers still good.

    Papers are the same stored files, each with where it comes from; what has expired stays behind.
    Raises Application.DoesNotExist, Conflict while the case runs or was granted whole, whatever `start_draft` raises.
    """
    case = Application.objects.of_person(actor).select_related("applicant").get(number=number)
    if not may_file_again(case):
        raise Conflict("这一件还在办，或者已经全部办成，不用再办一次。")
    another = case.organisation_id is None and case.applicant_id != actor.person_id
    draft = start_draft(
        actor=actor,
        matter_code=case.matter_id,
        answers=dict(case.answers),
        applicant=case.applicant if another else None,
        organisation_id=case.organisation_id,
    )
    handed = set(case.files.values_list("material_code", "file_id"))
    for code, papers in vault.offered(actor, draft).items():
        for paper in reversed(papers):
            if (code, paper.file.pk) in handed:
                uploading.take(
                    actor=actor,
                    draft_id=draft.pk,
                    material_code=code,
                    stored=paper.file,
                    source=vault.source_of(paper),
                    valid_until=paper.valid_until,
                )
    return draft
