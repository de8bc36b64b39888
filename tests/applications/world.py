"""The named cast and a small county for the tests of the case: three matters, seven departments, real operations.

张婷 opens a noodle shop, 王磊 is her company's agent, 李敏 sits at the window, 刘洋 reviews at the approval bureau,
赵强 at market, 孙丽 at fire, 周涛 supervises, 陌生人 has nothing to do with any of it.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from accounts.models import Mandate, Organisation, Person, User
from accounts.operations.people import register_person
from applications.models import Application, Task
from applications.operations import drafting, intake, review, submission
from departments.access import Actor, actor_for
from departments.models import CalendarDay, Hall, Post, Role
from tests.catalogue import load_before_all

CATALOGUE = Path(__file__).parent / "catalogue"
ID_ZHANG, ID_WANG = "32072419880315002X", "320724197508200018"
# Weekdays off and weekends worked in 2026, as far as these tests reach.
OFF = [date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)]


@dataclass
class World:
    """Actors by role; `users` by account name."""

    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor behind an account, read anew."""
        return actor_for(self.users[name])

    @property
    def zhang(self) -> Actor:
        return self.actor("zhangting")

    @property
    def wang(self) -> Actor:
        return self.actor("wanglei")

    @property
    def clerk(self) -> Actor:
        return self.actor("limin")

    @property
    def supervisor(self) -> Actor:
        return self.actor("zhoutao")

    @property
    def stranger(self) -> Actor:
        return self.actor("stranger")

    def reviewer(self, department: str, which: int = 1) -> Actor:
        """A reviewer of the department."""
        return self.actor(f"{department}{which}")


def build_world(catalogue: bool = True) -> World:
    """Load the small catalogue and create the cast. Deterministic, no random data."""
    if catalogue:
        load_before_all(CATALOGUE)
    CalendarDay.objects.bulk_create([CalendarDay(date=day, working=False, name="假") for day in OFF])
    CalendarDay.objects.create(date=date(2026, 12, 31), working=True, name="平日")
    world = World()
    people = {"zhangting": ("张婷", ID_ZHANG, "13800000018"), "wanglei": ("王磊", ID_WANG, "13900000019")}
    for account, (name, id_number, phone) in people.items():
        user = world.users[account] = User.objects.create(username=account, name=name)
        register_person(user=user, name=name, id_number=id_number, phone=phone)
    stranger = world.users["stranger"] = User.objects.create(username="stranger", name="陌生人")
    register_person(user=stranger, name="陌生人", id_number="11010519491231002X", phone="13700000017")
    hall = Hall.objects.create(code="county", name="灌南县政务服务中心", address="演示地址")
    for account, name, role, department in [
        ("limin", "李敏", Role.CLERK, None),
        ("chenjing", "陈静", Role.CLERK, None),
        ("approval1", "刘洋", Role.REVIEWER, "approval"),
        ("approval2", "吴迪", Role.REVIEWER, "approval"),
        ("market1", "赵强", Role.REVIEWER, "market"),
        ("market2", "钱丽", Role.REVIEWER, "market"),
        ("fire1", "孙丽", Role.REVIEWER, "fire"),
        ("urban-management1", "冯刚", Role.REVIEWER, "urban-management"),
        ("tax1", "郑爽", Role.REVIEWER, "tax"),
        ("culture-tourism1", "何静", Role.REVIEWER, "culture-tourism"),
        ("city-culture-tourism1", "施展", Role.REVIEWER, "city-culture-tourism"),
        ("zhoutao", "周涛", Role.SUPERVISOR, None),
    ]:
        user = world.users[account] = User.objects.create(username=account, name=name)
        Post.objects.create(user=user, role=role, department_id=department, hall=hall if role == Role.CLERK else None)
    return world


FORM: dict[str, Any] = {
    "applicant-name": "张婷",
    "applicant-id-number": ID_ZHANG,
    "applicant-phone": "13800000018",
    "shop-name": "灌河面馆",
    "premises-address": "新安镇人民东路 128 号",
    "premises-area": "320",
}


def file_case(
    world: World, matter: str = "noodle-shop", answers: dict[str, str] | None = None, **extra: Any
) -> Application:
    """张婷 files online, through the real operations."""
    if answers is None:
        answers = {"scale": "large"} if matter == "noodle-shop" else {}
    draft = drafting.start_draft(actor=world.zhang, matter_code=matter, answers=answers, **extra)
    draft = drafting.fill_in(actor=world.zhang, draft_id=draft.pk, version=draft.version, values=FORM)
    return submission.submit(actor=world.zhang, draft_id=draft.pk, duplicate_reason="再办一件")


def check_all(world: World, case: Application) -> None:
    """李敏 finds every paper in order."""
    for material in case.materials.filter(state="awaiting"):
        intake.check_material(
            actor=world.clerk, number=case.number, material_code=material.material_code, state="received"
        )


def accepted_case(world: World, matter: str = "noodle-shop", answers: dict[str, str] | None = None) -> Application:
    """A case that the window has received, checked and accepted."""
    case = file_case(world, matter, answers)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    intake.accept(actor=world.clerk, number=case.number)
    case.refresh_from_db()
    return case


def task_of(case: Application, item: str) -> Task:
    """The case's task for one item, read anew."""
    return Task.objects.select_related("department").get(application=case, item_code=item)


def decide(world: World, case: Application, item: str, verdict: str = "grant", **extra: Any) -> Task:
    """The item's own department decides."""
    task = task_of(case, item)
    if verdict == "refuse":
        extra.setdefault("reason", "现场核查发现布局不符合要求，《食品安全法》第三十三条")
    elif item == "registration":
        extra.setdefault("result_number", "92320724MAE1K7T30J")
    return review.decide(actor=world.reviewer(task.department_id), task_id=task.pk, verdict=verdict, **extra)


def give_mandate(principal: Organisation | Person, agent: Person, until: date) -> Mandate:
    """A mandate in the principal's name."""
    key = "organisation" if isinstance(principal, Organisation) else "principal"
    return Mandate.objects.create(**{key: principal}, agent=agent, scope="代办、代领", valid_until=until)
