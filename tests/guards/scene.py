"""The scene on which every address is asked for: two cases and their objects, and everybody signed in."""

import uuid
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from applications.models import (
    Approval,
    Bundle,
    CasePaper,
    Certificate,
    CoCheck,
    Consultation,
    Hearing,
    Inspection,
    InspectionPart,
    InspectionPhoto,
    MaterialFile,
)
from applications.operations import couriers, drafting, intake, submission
from departments.access import actor_for
from departments.models import Post, Role
from foundation.documents.models import Document
from foundation.files.operations import store
from tests.applications.world import FORM, World, build_world, check_all, give_mandate
from tests.guards.guidance import guidance_of
from tests.guards.outage import pads_of
from tests.guards.url_table import SENDS_TO_SIGN_IN, TABLE
from tests.guards.visits import visits_of

FORM_TYPE = "application/x-www-form-urlencoded"
NOT_THERE: dict[str, Any] = {
    "matter": "no-such",
    "hall": "no-such",
    "department": "no-such",
    "booking": "no-such",
    "ticket": "no-such",
    "ticket_id": 999_999_999,
    "act": "no-such",
    "code": "no-such",
    "draft_id": uuid.UUID(int=7),
    "number": "no-such",
    "material": "no-such",
    "task": 999_999_999,
    "person": 999_999_999,
    "material_file": 999_999_999,
    "paper": 999_999_999,
    "page": 999_999_999,
    "file": 999_999_999,
    "stored": uuid.UUID(int=7),
    "token": "A" * 32,
    "mandate": 999_999_999,
    "check": 999_999_999,
    "approval": 999_999_999,
    "consult": 999_999_999,
    "courier": 999_999_999,
    "block": 999_999_999,
    "photo": 999_999_999,
    "guidance": 999_999_999,
    "version": 999_999_999,
    "doubt": 999_999_999,
}


def addresses() -> dict[str, URLPattern]:
    """Every address of the URL configuration by name, without the administration's."""
    found: dict[str, URLPattern] = {}

    def walk(resolver: URLResolver) -> None:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern} has no name"
                assert pattern.name not in found, f"two addresses are called {pattern.name}"
                found[pattern.name] = pattern
            elif pattern.namespace != "admin":
                walk(pattern)

    walk(get_resolver())
    return found


@dataclass
class Scene:
    """The cast signed in, and for each kind of object the own and the other one as URL arguments."""

    world: World
    users: dict[str, User | None]
    objects: dict[tuple[str, str], dict[str, Any]]

    def client(self, role: str, **more: Any) -> Client:
        client = Client(raise_request_exception=False, **more)
        user = self.users[role]
        if user is not None:
            client.force_login(user)
        if role == "disabled":  # switched off while signed in
            User.objects.filter(username="left").update(is_active=False)
        return client

    def address(self, name: str, which: str) -> str:
        """`which`: own, other, missing, or none for an address without an object."""
        row, wanted = TABLE[name], _arguments(name)
        if name == "api-nowhere":
            return "/api/v1/nowhere/"
        if which == "missing":
            given = {
                key: 1 if name in ("draft-section", "guide-revision") and key == "number" else NOT_THERE[key]
                for key in wanted
            }
        else:
            known = self.objects.get((row.kind, which), {})
            given = {key: known.get(key, 1) for key in wanted}
        query = "?list=open" if name == "supervise-list" else ""
        return reverse(name, kwargs=given) + query


def _arguments(name: str) -> list[str]:
    return list(addresses()[name].pattern.converters) if name in addresses() else []


def set_up() -> Scene:
    world = build_world()
    users = world.users
    for name, role in (("editor1", Role.EDITOR), ("keeper", None), ("left", Role.CLERK)):
        users[name] = User.objects.create(username=name, name=name, is_staff=True, is_superuser=role is None)
        if role:
            Post.objects.create(user=users[name], role=role, hall_id="county" if role == Role.CLERK else None)
    cast = {
        "anonymous": None,
        "owner": users["zhangting"],
        "other": users["stranger"],
        "agent": users["wanglei"],
        "clerk": users["limin"],
        "reviewer": users["approval1"],
        "outsider": users["tax1"],
        "editor": users["editor1"],
        "supervisor": users["zhoutao"],
        "sysadmin": users["keeper"],
        "disabled": users["left"],
    }
    zhang = users["zhangting"].person
    mandate = give_mandate(zhang, users["wanglei"].person, date(2027, 1, 1))
    elsewhere = give_mandate(users["stranger"].person, users["wanglei"].person, date(2027, 1, 1))
    own, other = _case(world, "wanglei", zhang), _case(world, "stranger", None)
    drafts = {
        "own": drafting.start_draft(actor=world.zhang, matter_code="noodle-shop", answers={"scale": "small"}),
        "other": drafting.start_draft(actor=world.stranger, matter_code="noodle-shop", answers={"scale": "small"}),
        "window": drafting.start_draft(
            actor=world.clerk, matter_code="noodle-shop", answers={"scale": "small"}, applicant=zhang
        ),
    }
    objects: dict[tuple[str, str], dict[str, Any]] = {
        ("matter", "own"): {"matter": "noodle-shop", "code": "noodle-shop"},
        ("hall", "own"): {"hall": "county"},
        ("department", "own"): {"department": "fire"},
        ("person", "own"): {"person": zhang.pk},
    }
    for which, case, item, material in (
        ("own", own, "registration", "premises-proof"),
        ("other", other, "food-licence", "floor-plan"),
    ):
        task = case.tasks.get(item_code=item)
        document = Document.objects.create(
            kind="decision",
            title="决定书",
            authority=task.department_id,
            token=uuid.uuid4().hex,
            subject=case.number,
            holder="张婷",
            data={},
            issued_at=timezone.now(),
        )
        paper = CasePaper.objects.create(application=case, task=task, key=f"{which}", kind="x", document=document)
        sent = _file(case, material)
        Certificate.objects.create(
            task=task,
            paper=paper,
            name="营业执照",
            number="1",
            holder="张婷",
            issued_on=timezone.localdate(),
            file=sent.file,
        )
        objects |= {
            ("draft", which): {"draft_id": drafts[which].pk, "number": 1},
            ("window draft", which): {"draft_id": drafts["window" if which == "own" else "other"].pk},
            ("case", which): {"number": case.number},
            ("any case", which): {"number": case.number},
            ("case or officer", which): {"number": case.number},
            ("case of the desk", which): {"number": case.number},
            ("file", which): {"material_file": sent.pk},
            ("vault", which): {"stored": sent.file_id},
            ("paper", which): {"paper": paper.pk},
            ("case paper", which): {"number": case.number, "paper": paper.pk},
            ("token", which): {"token": document.token},
        }
    objects |= {("mandate", "own"): {"mandate": mandate.pk}, ("mandate", "other"): {"mandate": elsewhere.pk}}
    objects[("task", "own")] = {"task": own.tasks.get(item_code="registration").pk}
    objects[("task", "other")] = {"task": own.tasks.get(item_code="food-licence").pk}
    for which, department in (("own", "approval"), ("other", "market")):
        said = CoCheck.objects.create(
            application=own, department_id=department, round=1, opened_at=timezone.now(), until=date(2026, 3, 5)
        )
        objects[("cocheck", which)] = {"check": said.pk}
        asked = Consultation.objects.create(
            task=own.tasks.get(item_code="fire-check"),
            department_id=department,
            question="排烟改了没有",
            due=date(2026, 3, 5),
            asked_at=timezone.now(),
            asked_by=users["market1"],
            asked_by_name="赵强",
        )
        objects[("consultation", which)] = {"consult": asked.pk}
    objects |= _inspections({"own": own, "other": other})
    objects |= visits_of("county")
    second = actor_for(users["editor1"])
    writers = {"own": (world.reviewer("approval"), second), "other": (world.reviewer("market"), second)}
    objects |= guidance_of(writers, world.clerk)
    objects |= pads_of(world)
    objects |= _couriers(world, {"own": own, "other": other})
    return Scene(world, cast, objects)


def _inspections(cases: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """A visit of each case with hours to pick, and in the own case a photo of the market bureau's."""
    now, objects = timezone.now(), {}
    for which, case in cases.items():
        visit = Inspection.objects.create(
            application=case, lead_id="market", place="店里", slots=["2030-03-04T09:00+08:00"], opened_at=now
        )
        part = InspectionPart.objects.create(inspection=visit, department_id="market")
        photo = InspectionPhoto.objects.create(part=part, file=_file(case, "floor-plan").file, added_at=now)
        item = "registration" if which == "own" else "food-licence"
        Hearing.objects.create(
            task=cases["own"].tasks.get(item_code=item),
            ground=Hearing.REFUSAL,
            facts="拟不予",
            offered_at=now,
            ask_by=date(2026, 3, 5),
            signed=photo.file,
            end=Hearing.HELD,
            ended_at=now,
        )
        proved = Approval.objects.create(
            kind=Approval.END,
            application=case,
            proof=photo.file,
            asked_at=now,
            asked_by=User.objects.get(username="limin"),
            approved=True,
        )
        objects[("proof", which)] = {"approval": proved.pk}
        objects[("hearing", which)] = {"task": cases["own"].tasks.get(item_code=item).pk}
        objects[("photo", which)] = {"task": cases["own"].tasks.get(item_code=item).pk, "photo": photo.pk}
    return objects


def _couriers(world: World, cases: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """A list from the hall to the approval bureau, one between two other departments, and a bag of each case."""
    between = {"own": ("", "department:approval"), "other": ("market", "department:fire")}
    objects = {}
    for which, (department, to) in between.items():
        actor = world.reviewer(department) if department else world.clerk
        courier = couriers.open_list(actor=actor, department=department, to=to, carrier="孙师傅")
        objects[("courier", which)] = {"courier": courier.pk}
        now = timezone.now()
        bag = Bundle.objects.create(
            application=cases[which], code=f"D{which}", hall_id="county", made_at=now, made_by_name="李敏"
        )
        objects[("bag", which)] = {"number": cases[which].number, "code": bag.code}
    return objects


def _case(world: World, account: str, applicant: Any) -> Any:
    """A case accepted at the window, so that its tasks are open."""
    actor = world.actor(account)
    draft = drafting.start_draft(
        actor=actor, matter_code="noodle-shop", answers={"scale": "large"}, applicant=applicant
    )
    draft = drafting.fill_in(actor=actor, draft_id=draft.pk, version=draft.version, values=FORM)
    case = submission.submit(actor=actor, draft_id=draft.pk)
    intake.receive(actor=world.clerk, number=case.number)
    check_all(world, case)
    return intake.accept(actor=world.clerk, number=case.number)


def _file(case: Any, material: str) -> MaterialFile:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    picture.seek(0)
    return MaterialFile.objects.create(
        application=case, material_code=material, file=store(picture, name="a.png", by=None)
    )


def shown(name: str, response: HttpResponseBase) -> int | str:
    """The status, or "sign in" for a page (htmx: a header) that leads to the sign-in page."""
    target = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    leads_there = target.startswith("/sign-in/") and name not in SENDS_TO_SIGN_IN
    return "sign in" if leads_there else response.status_code


def ask(client: Client, method: str, address: str, **more: Any) -> HttpResponseBase:
    """One request whose effects are taken back, so that every cell meets the same objects."""
    media = "application/json" if address.startswith("/api/") else FORM_TYPE
    with transaction.atomic():
        response: HttpResponseBase = client.generic(method, address, content_type=media, **more)
        transaction.set_rollback(True)
    return response
