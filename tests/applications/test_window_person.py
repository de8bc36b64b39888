"""这个人 (W1): found by card, telephone or name; what is theirs, one key each; no number in an address."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.operations.people import register_organisation, register_person
from applications.models import Application
from applications.operations import drafting, intake
from departments.models import Post
from tests.applications.browsing import text_of
from tests.applications.world import ID_ZHANG, World, accepted_case, decide, file_case
from visits.models import HallQueue, Ticket
from visits.operations import attend
from visits.operations.tickets import take_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]


def find(client: Client, text: str):
    return client.post(reverse("window-find"), {"q": text})


def of(name: str) -> Person:
    return Person.objects.get(name=name)


@pytest.mark.parametrize("typed", [ID_ZHANG, f" {ID_ZHANG.lower()} ", "13800000018", "138 0000 0018"])
def test_a_card_or_a_telephone_leads_to_the_person(world: World, clerk: Client, typed: str) -> None:
    answer = find(clerk, typed)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("window-person", args=[of("张婷").pk])


def test_a_telephone_of_two_people_leads_to_the_list(world: World, clerk: Client) -> None:
    register_person(name="张大山", id_number="320724196503120022", phone="13800000018")
    assert find(clerk, "13800000018").status_code == 200


def test_a_card_nobody_knows_finds_nobody(world: World, clerk: Client) -> None:
    assert "没有找到" in text_of(find(clerk, "320724196503120022"))


def test_everything_of_hers_is_there_with_a_key_each_results_first(world: World, clerk: Client) -> None:
    running = file_case(world)
    intake.receive(actor=world.clerk, number=running.number)
    done = accepted_case(world, answers={"scale": "small"})
    for task in done.tasks.all():
        decide(world, done, task.item_code)
    drafting.start_draft(actor=world.clerk, matter_code="noodle-shop", answers={"scale": "small"}, applicant=of("张婷"))
    page = clerk.get(reverse("window-person", args=[of("张婷").pk]))
    doors = page.context["doors"]
    done.refresh_from_db()
    assert done.state == "concluded"
    assert [door.key for door in doors] == ["1", "2", "3"]
    assert doors[0].address == reverse("window-pickup", args=[done.number])
    assert doors[1].address == reverse("window-case", args=[running.number])
    assert "/window/desk/" in doors[2].address
    assert 'data-key="1"' in text_of(page)


def test_what_she_does_as_agent_or_as_legal_representative_is_hers_too(world: World, clerk: Client) -> None:
    case = file_case(world)
    company = register_organisation(name="灌河餐饮有限公司", legal_representative=of("张婷"))
    Application.objects.filter(pk=case.pk).update(applicant=of("陌生人"), organisation=company)
    assert [door.case.pk for door in clerk.get(reverse("window-person", args=[of("张婷").pk])).context["doors"]] == [
        case.pk
    ]
    Application.objects.filter(pk=case.pk).update(organisation=None, agent=of("王磊"))
    assert [door.case.pk for door in clerk.get(reverse("window-person", args=[of("王磊").pk])).context["doors"]] == [
        case.pk
    ]


def test_numbers_stand_masked_and_in_no_address(world: World, clerk: Client) -> None:
    page = text_of(clerk.get(reverse("window-person", args=[of("张婷").pk])))
    assert ID_ZHANG not in page and "13800000018" not in page
    walk_in = f"{reverse('window-walk-in')}?matter=noodle-shop&person={of('张婷').pk}"
    page = text_of(clerk.get(walk_in))
    assert 'value="张婷"' in page and ID_ZHANG not in page


@pytest.mark.parametrize("person", ["x", "-1", "9" * 40, "²"])
def test_an_odd_person_in_the_address_fills_in_nothing(world: World, clerk: Client, person: str) -> None:
    assert clerk.get(reverse("window-walk-in"), {"matter": "noodle-shop", "person": person}).status_code == 200


def test_whoever_was_found_is_whose_the_ticket_at_the_counter_is(world: World, clerk: Client) -> None:
    Post.objects.filter(user=world.users["limin"]).update(counter="3")
    HallQueue.objects.create(hall_id="county")
    actor = world.clerk
    ticket = take_ticket(actor=actor, hall="county")
    attend.call_next(actor=actor)
    find(clerk, ID_ZHANG)
    assert Ticket.objects.get(pk=ticket.pk).person == of("张婷")


def test_the_page_costs_as_much_for_many_cases_as_for_one(world: World, clerk: Client) -> None:
    file_case(world)
    address = reverse("window-person", args=[of("张婷").pk])
    clerk.get(address)  # the first opening writes the line for 谁看过我的资料
    with CaptureQueriesContext(connection) as one:
        clerk.get(address)
    for _ in range(4):
        file_case(world)
    with CaptureQueriesContext(connection) as many:
        clerk.get(address)
    assert len(many) == len(one) <= 20


# what the window puts right


def care(client: Client, person: Person, **typed: object):
    return client.post(reverse("window-person-care", args=[person.pk]), typed)


def test_a_name_written_down_wrongly_is_put_right_and_the_old_one_stays(world: World, clerk: Client) -> None:
    person = of("张婷")
    assert care(clerk, person, name="张亭", seen="身份证，登记时打错").status_code == 302
    person.refresh_from_db()
    assert (person.name, person.real_name) == ("张亭", "window")
    change = person.name_changes.get()
    assert (change.before, change.after, change.by_name) == ("张婷", "张亭", "李敏")
    assert "从 张婷改成 张亭" in text_of(clerk.get(reverse("window-person", args=[person.pk])))
    assert register_person(name="张亭", id_number=ID_ZHANG).pk == person.pk


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "张亭", "seen": " "}, "看了什么证件"),
        ({"name": " ", "seen": "身份证"}, "请填写姓名"),
        ({"name": "张婷", "seen": "身份证"}, "一样，不用改"),
    ],
)
def test_a_name_changes_only_with_a_reason_and_keeps_what_was_typed(
    world: World, clerk: Client, typed: dict[str, str], sentence: str
) -> None:
    page = care(clerk, of("张婷"), **typed)
    assert page.status_code == 422 and sentence in text_of(page)
    assert Person.objects.filter(name="张婷").exists()


def test_a_name_that_the_province_said_is_changed_there(world: World, clerk: Client) -> None:
    person = of("张婷")
    Person.objects.filter(pk=person.pk).update(real_name="province")
    assert care(clerk, person, name="张亭", seen="身份证").status_code == 409


def test_the_window_saw_the_licence_of_the_legal_representative(world: World, clerk: Client) -> None:
    company = register_organisation(name="灌河餐饮有限公司", legal_representative=of("张婷"))
    assert care(clerk, of("张婷"), organisation=company.pk).status_code == 302
    company.refresh_from_db()
    assert (company.representative_level, company.representative_by) == ("window", world.users["limin"])
    assert care(clerk, of("王磊"), organisation=company.pk).status_code == 409
    assert care(clerk, of("王磊"), organisation="9" * 30).status_code == 404
