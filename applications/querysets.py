"""Reads. Every query starts from `visible_to(actor)`: what the actor may not see does not exist for them.

The same rules as `access.py`, as SQL.
"""

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from applications.states import BEFORE_ACCEPTANCE, ON_THE_DESK, CaseState, Outcome
from departments.access import Actor


def awaits_papers() -> Q:
    """A correction is out, before acceptance or beside it."""
    asked = Exists(
        apps.get_model("applications", "Correction").objects.filter(application=OuterRef("pk"), answered_at=None)
    )
    return Q(state=CaseState.CORRECTING) | Q(asked, state=CaseState.ACCEPTED, added_accept_by__isnull=False)


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "ApplicationQuerySet":
        """Window and supervisors: all cases of the county. Everyone else: cases filed by, for or through them."""
        if actor.clerk or actor.supervisor:
            return self
        return self.of_person(actor)

    def of_person(self, actor: Actor) -> "ApplicationQuerySet":
        """我的办件: filed by, for or through the person, whatever else they are here."""
        if actor.person_id is None:
            return self.none()
        mine = Q(applicant_id=actor.person_id)
        if actor.ended_organisations:
            mine &= ~Q(organisation_id__in=actor.ended_organisations)
        as_agent = Q(organisation_id=None, agent_id=actor.person_id)
        seen = mine | Q(organisation_id__in=actor.organisations) | (as_agent & Q(applicant_id__in=actor.principals))
        for one in actor.limited:
            organisation = one.kind == "organisation"
            if one.case:
                whose = Q(organisation_id=one.pk) if organisation else Q(organisation_id=None, applicant_id=one.pk)
                seen |= whose & Q(number=one.case)
            else:
                whose = Q(organisation_id=one.pk) if organisation else as_agent & Q(applicant_id=one.pk)
                seen |= whose & Q(matter_id__in=one.matters)
        return self.filter(seen)

    def awaiting_acceptance(self) -> "ApplicationQuerySet":
        """The window's list: the nearest acceptance day first."""
        return self.filter(state__in=BEFORE_ACCEPTANCE).order_by("accept_by", "id")

    def awaiting_papers(self) -> "ApplicationQuerySet":
        """待补正: with it the cases whose ready items run already (先办齐了的)."""
        return self.filter(awaits_papers()).order_by("accept_by", "id")

    def awaiting_handover(self) -> "ApplicationQuerySet":
        """Ended with something to hand over: of what was withdrawn there is no paper. Delivered ones come back for a
        certificate that was replaced (更正换发)."""
        renewed = Q(papers__certificate__replaces__isnull=False, papers__served_at=None, papers__to_hand_over=True)
        again = (
            apps.get_model("applications", "Application")
            .objects.filter(renewed, state=CaseState.DELIVERED)
            .values("pk")
        )
        over = self.filter(Q(state=CaseState.CONCLUDED) | Q(pk__in=again)).exclude(outcome=Outcome.WITHDRAWN)
        return over.order_by("concluded_at", "id")


class TaskQuerySet(models.QuerySet):
    def visible_to(self, actor: Actor) -> "TaskQuerySet":
        """A department is a tenant: its reviewers see its tasks and no other's. Window and supervisors see all."""
        if actor.clerk or actor.supervisor:
            return self
        return self.of_departments(actor)

    def of_departments(self, actor: Actor) -> "TaskQuerySet":
        """The reviewer's own tasks, also for someone who is clerk or supervisor besides."""
        return self.filter(department_id__in=actor.departments).in_towns(actor)

    def in_towns(self, actor: Actor) -> "TaskQuerySet":
        """Without the tasks of towns in whose hall the actor has no post (`access.reviews`, as SQL)."""
        return self.filter(Q(town=None) | Q(town__in=actor.towns)) if actor.towns else self.filter(town=None)

    def on_the_desk(self) -> "TaskQuerySet":
        """Open tasks by due day; the partial index keeps this flat as cases grow."""
        return self.filter(state__in=ON_THE_DESK).order_by("due", "id")
