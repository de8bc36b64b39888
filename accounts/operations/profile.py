"""我的信息: what a person writes down about themselves. What somebody else's word is needed for is not done here."""

from django.db import transaction
from django.utils import timezone

from accounts.identity import check_identity
from accounts.models import IdType, Person, RealName, User
from accounts.operations.people import id_index, register_person
from accounts.operations.signing import set_sign_in_phone
from foundation import throttle
from foundation.errors import Conflict, Refused
from foundation.throttle import Bound

DECLARING = Bound(free=5, first=60, longest=3600)
# One sentence whether the name differs, the number has an account, or only the window knows it: nobody learns which.
TAKEN = "这个证件不能在网上直接登记。请带证件到任何一个窗口，当面核对后就能用。"
LONGEST_NAME, LONGEST_ADDRESS = 60, 200


def declare_real_name(*, user: User, name: str, id_type: str, id_number: str, address: str = "") -> Person:
    """Name and paper of identity in the person's own word (本人自填), once; afterwards the window corrects them.

    Somebody registered before is taken over only where the window saw the card and wrote down the very phone that
    this account has proved. Raises Refused (field name, id_type, id_number or address), Conflict when the account
    has a real name already.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("请填证件上的姓名", "name")
    if id_type not in IdType.values:
        raise Refused("请选证件类型", "id_type")
    if fault := check_identity(id_type, id_number):
        raise Refused(fault, "id_number")
    _check_address(address)
    key = f"declare:{user.pk}"
    if wait := throttle.charge({key: DECLARING}):
        raise Refused(f"试的次数太多了，请等\u00a0{-(-wait // 60)}\u00a0分钟再试", "id_number")
    person = _declare(user, name, id_type, id_number, address)
    throttle.refund(key)
    return person


@transaction.atomic
def _declare(user: User, name: str, id_type: str, id_number: str, address: str) -> Person:
    user = User.objects.select_for_update().get(pk=user.pk)
    if Person.objects.filter(user=user).exists():
        raise Conflict("您已经登记过姓名和证件。要更正请带证件到任何一个窗口。", "id_number")
    found = Person.objects.filter(id_type=id_type, id_index=id_index(id_type, id_number)).first()
    if found is not None:
        own_phone = bool(user.phone_index) and found.phone_index == user.phone_index
        seen = found.real_name == RealName.WINDOW
        if found.user_id is not None or found.name != name or not (own_phone and seen):
            raise Refused(TAKEN, "id_number")
    person = register_person(
        name=name, id_number=id_number, id_type=id_type, phone=user.phone, address=address, user=user
    )
    if found is None:
        say_real_name(person=person, level=RealName.DECLARED, by_id=user.pk)
    User.objects.filter(pk=user.pk).update(name=name)
    return person


LEVELS = ["", RealName.DECLARED, RealName.WINDOW, RealName.PROVINCE]


def say_real_name(*, person: Person, level: RealName, by_id: int | None) -> None:
    """Writes down who says so and when; a weaker word never replaces a stronger one."""
    if LEVELS.index(level) > LEVELS.index(person.real_name):
        person.real_name, person.real_name_at, person.real_name_by_id = level, timezone.now(), by_id
        person.save(update_fields=["real_name", "real_name_at", "real_name_by"])


def set_address(*, user: User, address: str) -> None:
    """The person's own address. Raises Refused (field address) when it is too long or nobody is registered."""
    _check_address(address)
    if not Person.objects.filter(user=user).update(address=address.strip()):
        raise Refused("请先登记姓名和证件", "address")


def _check_address(address: str) -> None:
    if len(address.strip()) > LONGEST_ADDRESS:
        raise Refused(f"地址最多 {LONGEST_ADDRESS} 个字", "address")


@transaction.atomic
def change_phone(*, user: User, phone: str) -> None:
    """The number that signs in and gets the notices. Call it after a code to it was right; raises as
    `set_sign_in_phone`."""
    set_sign_in_phone(user=user, phone=phone)
    Person.objects.filter(user=user).update(phone=user.phone, phone_index=user.phone_index)
