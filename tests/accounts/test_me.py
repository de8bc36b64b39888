"""我的信息: name and paper in one's own word, numbers masked, nobody else's taken over."""

import pytest
from django.test import Client

from accounts.models import IdType, Person, RealName, User
from accounts.operations.people import register_person
from accounts.operations.profile import DECLARING, TAKEN, declare_real_name, say_real_name
from accounts.operations.signing import set_sign_in_phone
from foundation.errors import Conflict, Refused
from tests.accounts.phones import WANG, ZHANG, last_code

pytestmark = pytest.mark.django_db
CARD, OTHER_CARD = "32072419880315002X", "320724197508200018"
PASSWORD = "a-long-password-26"


@pytest.fixture
def user() -> User:
    made = User.objects.create_user(username="m1", password=PASSWORD, name="尾号 0018")
    return set_sign_in_phone(user=made, phone=ZHANG)


@pytest.fixture
def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def declare(browser: Client, **more: str):
    typed = {"name": "张婷", "id_type": "id_card", "id_number": CARD, "address": "新安镇", "mine": "1", **more}
    return browser.post("/me/real-name/?next=/apply/x/", typed)


def test_a_person_declares_themselves_once(browser: Client, user: User) -> None:
    assert declare(browser, id_number="３２０７２４ 19880315 002x").headers["Location"] == "/apply/x/"
    person = Person.objects.get()
    assert (person.user, person.name, person.id_number, person.phone) == (user, "张婷", CARD, ZHANG)
    assert (person.real_name, person.real_name_by) == (RealName.DECLARED, user)
    user.refresh_from_db()
    assert user.name == "张婷"
    assert declare(browser, name="李四", id_number=OTHER_CARD).status_code == 409
    assert "本人自填" in browser.get("/me/").content.decode()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "请填证件上的姓名"),
        ({"id_type": "no-such"}, "请选证件类型"),
        ({"id_number": "320724880315002"}, "15 位的旧身份证号码"),
        ({"id_number": "320724198803150021"}, "对不上"),
        ({"id_number": "810000199408230021"}, "港澳台居民居住证"),
        ({"address": "长" * 201}, "地址最多 200 个字"),
        ({"mine": ""}, "这是我本人的证件"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: Client, more: dict[str, str], sentence: str) -> None:
    response = declare(browser, **more)
    page = response.content.decode()
    assert (response.status_code, sentence in page) == (422, True)
    if "address" not in more:
        assert 'value="新安镇"' in page
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("name", "phone", "level", "taken_over"),
    [
        ("张婷", ZHANG, RealName.WINDOW, True),
        ("张婷", ZHANG, "", False),  # an agent wrote it down
        ("张婷", WANG, RealName.WINDOW, False),
        ("张停", ZHANG, RealName.WINDOW, False),
    ],
)
def test_somebody_the_window_knows_is_taken_over_only_with_their_phone(
    user: User, name: str, phone: str, level: RealName, taken_over: bool
) -> None:
    walk_in = register_person(name=name, id_number=CARD, phone=phone)
    if level:
        say_real_name(person=walk_in, level=level, by_id=None)
    if taken_over:
        assert declare_real_name(user=user, name="张婷", id_type=IdType.ID_CARD, id_number=CARD) == walk_in
    else:
        with pytest.raises(Refused) as refusal:
            declare_real_name(user=user, name="张婷", id_type=IdType.ID_CARD, id_number=CARD)
        assert refusal.value.message == TAKEN
        walk_in.refresh_from_db()
        assert walk_in.user is None


def test_a_number_with_an_account_reads_like_one_the_window_knows(user: User) -> None:
    register_person(name="张婷", id_number=CARD, user=User.objects.create(username="other"))
    with pytest.raises(Refused) as refusal:
        declare_real_name(user=user, name="张婷", id_type=IdType.ID_CARD, id_number=CARD)
    assert refusal.value.message == TAKEN
    for _ in range(DECLARING.free):
        with pytest.raises(Refused):
            declare_real_name(user=user, name="张婷", id_type=IdType.ID_CARD, id_number=CARD)
    with pytest.raises(Refused, match="试的次数太多了"):
        declare_real_name(user=user, name="李四", id_type=IdType.ID_CARD, id_number=OTHER_CARD)


def test_a_weaker_word_replaces_no_stronger_one() -> None:
    person = register_person(name="张婷", id_number=CARD)
    for level, kept in (
        (RealName.DECLARED, RealName.DECLARED),
        (RealName.PROVINCE, RealName.PROVINCE),
        (RealName.WINDOW, RealName.PROVINCE),
        (RealName.DECLARED, RealName.PROVINCE),
    ):
        say_real_name(person=person, level=level, by_id=None)
        person.refresh_from_db()
        assert person.real_name == kept


def test_numbers_are_masked_until_the_password_or_a_code(browser: Client) -> None:
    declare(browser)
    assert CARD not in browser.get("/me/").content.decode()
    assert "密码不对" in browser.post("/me/reveal/", {"password": "wrong"}).content.decode()
    assert CARD not in browser.get("/me/").content.decode()
    assert browser.post("/me/reveal/", {"password": PASSWORD}).headers["Location"] == "/me/"
    assert CARD in browser.get("/me/").content.decode()


def test_a_code_to_the_own_phone_shows_them_too(browser: Client) -> None:
    declare(browser)
    assert browser.post("/me/reveal/", {"send": "1"}).headers["Location"] == "/me/reveal/code/"
    assert browser.post("/me/reveal/code/", {"code": last_code()}).headers["Location"] == "/me/"
    assert CARD in browser.get("/me/").content.decode()


def test_guessing_the_password_here_is_as_slow_as_at_the_sign_in(browser: Client) -> None:
    for _ in range(6):
        browser.post("/me/reveal/", {"password": "wrong"})
    assert "试的次数太多了" in browser.post("/me/reveal/", {"password": PASSWORD}).content.decode()


def test_a_new_number_needs_a_code_to_it(browser: Client, user: User) -> None:
    declare(browser)
    assert browser.post("/me/phone/", {"phone": WANG}).headers["Location"] == "/me/phone/code/"
    user.refresh_from_db()
    assert user.phone == ZHANG
    assert browser.post("/me/phone/code/", {"code": "x"}).status_code == 422
    assert browser.post("/me/phone/code/", {"code": last_code()}).headers["Location"] == "/me/"
    user.refresh_from_db()
    assert (user.phone, Person.objects.get().phone) == (WANG, WANG)


def test_a_code_for_one_thing_is_no_code_for_another(browser: Client) -> None:
    browser.post("/me/phone/", {"phone": WANG})
    assert browser.post("/me/reveal/code/", {"code": last_code()}).headers["Location"] == "/me/reveal/"
    assert browser.post("/sign-in/code/enter/", {"code": last_code()}).headers["Location"] == "/sign-in/"


def test_a_number_of_somebody_else_is_not_taken(browser: Client, user: User) -> None:
    set_sign_in_phone(user=User.objects.create(username="other"), phone=WANG)
    browser.post("/me/phone/", {"phone": WANG})
    response = browser.post("/me/phone/code/", {"code": last_code()})
    assert response.status_code == 409
    user.refresh_from_db()
    assert user.phone == ZHANG


def test_the_address_is_ones_own_to_change(browser: Client) -> None:
    assert browser.post("/me/", {"address": "x"}).headers["Location"] == "/me/real-name/"
    declare(browser)
    assert browser.post("/me/", {"address": " 人民东路 128 号 "}).status_code == 302
    assert Person.objects.get().address == "人民东路 128 号"
    response = browser.post("/me/", {"address": "长" * 201})
    assert (response.status_code, "最多 200 个字" in response.content.decode()) == (422, True)


def test_an_account_has_one_person(user: User) -> None:
    declare_real_name(user=user, name="张婷", id_type=IdType.ID_CARD, id_number=CARD)
    with pytest.raises(Conflict):
        declare_real_name(user=user, name="李四", id_type=IdType.ID_CARD, id_number=OTHER_CARD)
