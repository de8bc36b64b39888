"""请给我回电话: a number and what it is about; called within a working day; forgotten some days later."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.errors import Conflict, NotAllowed, Refused
from tests.applications.browsing import sign_in, text_of
from tests.applications.race.threads import at_once, losses, wins
from tests.applications.world import World
from visits.models import Callback
from visits.operations.callbacks import ask_for_call, say_called
from visits.operations.days import forget_visitors

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PHONE = "13811112222"


def ask(phone: str = PHONE, **extra: str) -> Callback:
    return ask_for_call(phone=phone, **({"address": "10.0.0.1"} | extra))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-02 09:30 +0800", date(2026, 3, 3)),
        ("2026-03-06 17:00 +0800", date(2026, 3, 9)),  # Friday: the next working day
        ("2026-04-30 10:00 +0800", date(2026, 5, 6)),  # before the holiday
    ],
)
def test_called_within_a_working_day(world: World, clock, day: str, due: date) -> None:
    clock.move_to(day)
    assert ask().due == due


def test_asking_again_is_the_same_wish(world: World) -> None:
    assert ask().pk == ask(" 138-1111-2222 ").pk


@pytest.mark.parametrize("phone", ["", "123", "1381111222x", "\x00"])
def test_an_odd_number_is_said_beside_its_box(world: World, phone: str) -> None:
    with pytest.raises(Refused) as refusal:
        ask(phone)
    assert refusal.value.field == "phone"


def test_one_place_cannot_have_half_the_county_called(world: World) -> None:
    for number in range(6):
        ask(f"1380000000{number}")
    with pytest.raises(Refused, match="太多"):
        ask("13800000009")
    assert ask("13800000009", address="10.0.0.2").pk


def test_the_number_is_encrypted(world: World) -> None:
    ask()
    with connection.cursor() as cursor:
        cursor.execute("select phone from visits_callback")
        assert PHONE not in cursor.fetchone()[0]


def test_three_calls_in_vain_end_it_and_an_answered_one_at_once(world: World) -> None:
    wish = ask()
    for tries, state in ((1, "waiting"), (2, "waiting"), (3, "unreached")):
        said = say_called(actor=world.clerk, callback_id=wish.pk, answered=False)
        assert (said.tries, said.state) == (tries, state)
    assert say_called(actor=world.clerk, callback_id=ask().pk, answered=True, note="带租赁合同来").state == "done"


def test_only_the_window_says_so_and_once(world: World) -> None:
    wish = ask()
    with pytest.raises(NotAllowed):
        say_called(actor=world.zhang, callback_id=wish.pk, answered=True)
    say_called(actor=world.clerk, callback_id=wish.pk, answered=True)
    with pytest.raises(Conflict, match="李敏刚才"):
        say_called(actor=world.clerk, callback_id=wish.pk, answered=True)


def test_of_two_clerks_one_wrote_it_down(committed_world: World) -> None:
    wish = ask()
    actors = (committed_world.clerk, committed_world.actor("chenjing"))
    said = at_once([lambda a=a: say_called(actor=a, callback_id=wish.pk, answered=True) for a in actors])
    assert (len(wins(said)), losses(said)) == (1, {"Conflict"})


def test_numbers_are_forgotten_days_after_it_is_over_and_waiting_ones_stay(world: World, clock) -> None:
    over, waiting = ask(), ask("13800000077")
    say_called(actor=world.clerk, callback_id=over.pk, answered=True, note="说了")
    clock.shift(timedelta(days=8))
    forget_visitors()
    over.refresh_from_db()
    waiting.refresh_from_db()
    assert (over.phone, over.phone_index, over.note, over.state) == ("", "", "", "done")
    assert waiting.phone == "13800000077"


def test_from_the_guide_to_the_windows_list(world: World, client: Client) -> None:
    assert reverse("call-me") in client.get("/matters/noodle-shop/").content.decode()
    page = client.get(reverse("call-me"), {"matter": "noodle-shop"})
    assert "我要开面馆" in text_of(page)
    wrong = client.post(reverse("call-me"), {"matter": "noodle-shop", "phone": "138"})
    assert wrong.status_code == 422 and 'value="138"' in text_of(wrong)
    done = client.post(reverse("call-me"), {"matter": "noodle-shop", "phone": PHONE})
    assert "记下了" in text_of(done) and PHONE not in text_of(done)
    clerk = sign_in(world, "limin")
    shown = text_of(clerk.get(reverse("window-calls")))
    assert PHONE in shown and "我要开面馆" in shown
    wish = Callback.objects.get()
    assert clerk.post(reverse("window-calls"), {"callback": wish.pk, "said": "answered"}).status_code == 302
    assert "都回了" in text_of(clerk.get(reverse("window-calls")))


def test_an_overdue_call_is_red(world: World, clock) -> None:
    ask()
    clock.shift(timedelta(days=3))
    assert timezone.localdate() > Callback.objects.get().due
    assert "light-red" in text_of(sign_in(world, "limin").get(reverse("window-calls")))
