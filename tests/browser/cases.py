"""Cases for browser tests that begin where the departments do, made by the same operations as the pages'."""

from accounts.models import User
from applications.models import Application
from applications.operations import drafting, intake, submission
from applications.states import MaterialState
from departments.access import Actor, actor_for
from matters.published import current_plan
from tests.applications.test_budgets import filled

# Fields whose form no word of ours fits.
FITTING = {"applicant-email": "shop@example.cn", "project-code": "2401-320724-89-01-123456"}


def actor(name: str) -> Actor:
    """The actor behind a demonstration account, read anew."""
    return actor_for(User.objects.get(username=name))


def accepted(matter: str = "open-restaurant", **answers: str) -> Application:
    """张婷's case, accepted by 李敏; the first choice of every question not answered here."""
    plan, clerk, zhang = current_plan(matter).plan, actor("limin"), actor("zhangting")
    chosen = {question.code: question.choices[0].code for question in plan.questions} | answers
    draft = drafting.start_draft(actor=zhang, matter_code=matter, answers=chosen)
    draft = drafting.fill_in(actor=zhang, draft_id=draft.pk, version=draft.version, values=filled(plan) | FITTING)
    case = submission.submit(actor=zhang, draft_id=draft.pk, duplicate_reason="再办一件")
    intake.receive(actor=clerk, number=case.number)
    for paper in case.materials.filter(state=MaterialState.AWAITING):
        intake.check_material(actor=clerk, number=case.number, material_code=paper.material_code, state="received")
    intake.accept(actor=clerk, number=case.number)
    case.refresh_from_db()
    return case
