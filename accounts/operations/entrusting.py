"""授权委托 by the principal online: to whom, for what, until when. Nobody is listed; who is meant has to be known."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.identity import check_mobile, normalise
from accounts.models import IdType, Mandate, Organisation, Person, RealName
from accounts.operations.people import give_mandate, id_index, phone_index, register_organisation
from foundation import throttle
from foundation.errors import NotAllowed, Refused
from foundation.notices.operations import notify
from foundation.throttle import Bound

LOOKING = Bound(free=5, first=60, longest=3600)
LONGEST = timedelta(days=3 * 366)
NOBODY = "没有找到这个人。请核对姓名和手机号（或证件号码），对方要先用手机登录并登记姓名和证件。"
TAKEN = "这个单位不能在网上直接添加。请法定代表人带营业执照和身份证到任何一个窗口核对。"


def find_agent(*, by: Person, name: str, number: str) -> Person:
    """The one person with an account, exactly this name and this phone or paper of identity.

    One sentence for a wrong name, a wrong number and somebody without an account. Raises Refused (field agent).
    """
    name, number = " ".join(name.split()), normalise(number)
    if not name:
        raise Refused("请填受托人的姓名", "agent_name")
    if not number:
        raise Refused("请填受托人的手机号或证件号码", "agent_number")
    key = f"entrust:{by.pk}"
    if wait := throttle.charge({key: LOOKING}):
        raise Refused(f"试的次数太多了，请等\u00a0{-(-wait // 60)}\u00a0分钟再试", "agent_number")
    people = Person.objects.filter(name=name, user__isnull=False)
    if check_mobile(number) is None:
        people = people.filter(user__phone_index=phone_index(number))
    else:
        people = people.filter(id_index__in=[id_index(kind, number) for kind in IdType.values])
    found = list(people[:2])
    if len(found) != 1:
        raise Refused(NOBODY, "agent_number")
    throttle.refund(key)
    return found[0]


@transaction.atomic
def entrust(
    *,
    by: Person,
    agent: Person,
    valid_until: date,
    matters: dict[str, str],
    case_number: str = "",
    organisation: Organisation | None = None,
) -> Mandate:
    """The principal's own mandate, or as legal representative the organisation's; the agent is told.

    `matters`: code to name; empty and no case for everything. The floor above has asked whether they exist. Raises
    Refused (field agent, valid_until, reach), NotAllowed for an organisation that is not theirs.
    """
    if organisation is not None and organisation.legal_representative_id != by.pk:
        raise NotAllowed("您不是这个单位的法定代表人")
    if agent.pk == by.pk:
        raise Refused("不能委托本人", "agent_number")
    if valid_until > timezone.localdate() + LONGEST:
        raise Refused("一次最多委托三年，请把截止日期改近一些", "valid_until")
    scope = "、".join(matters.values()) or (f"办件 {case_number}" if case_number else "全部事项")
    mandate = give_mandate(
        agent=agent,
        scope=f"{scope}：代办申请、补正和领取",
        valid_until=valid_until,
        principal=None if organisation else by,
        organisation=organisation,
        matters=sorted(matters),
        case_number=case_number,
    )
    _tell(mandate, f"{organisation or by}委托您办事：{scope}，到 {valid_until:%Y 年 %-m 月 %-d 日}。", "given")
    return mandate


def tell_revoked(mandate: Mandate) -> None:
    """The agent hears at once that the mandate is gone; in the caller's transaction, once."""
    _tell(
        mandate,
        f"{mandate.organisation or mandate.principal}撤销了给您的委托。办过的都算数，从现在起不能再替对方办。",
        "revoked",
    )


def _tell(mandate: Mandate, text: str, what: str) -> None:
    notify(
        recipient_id=mandate.agent.user_id,
        phone=mandate.agent.phone,
        title="有人委托您办事" if what == "given" else "委托撤销了",
        body=f"【{settings.PORTAL_NAME}】{text}",
        link="/me/mandates/",
        dedupe=f"mandate:{mandate.pk}:{what}",
    )


def declare_organisation(*, by: Person, name: str, uscc: str) -> Organisation:
    """A company of one's own, as its legal representative in one's own word; checked at the window.

    A code that anybody wrote down before is not given away: one sentence whatever its name is. Raises Refused (field
    name or uscc).
    """
    if not normalise(uscc):
        raise Refused("请填统一社会信用代码，营业执照上有 18 位", "uscc")
    key = f"declare-organisation:{by.pk}"
    if wait := throttle.charge({key: LOOKING}):
        raise Refused(f"试的次数太多了，请等\u00a0{-(-wait // 60)}\u00a0分钟再试", "uscc")
    with transaction.atomic():
        known = Organisation.objects.select_for_update().filter(uscc=normalise(uscc)).first()
        if known is None:
            known = register_organisation(name=name, uscc=uscc, legal_representative=by)
            fresh = Organisation.objects.filter(pk=known.pk, legal_representative=by, representative_level="")
            fresh.update(
                representative_level=RealName.DECLARED, representative_at=timezone.now(), representative_by=by.user_id
            )
        if known.legal_representative_id != by.pk or known.name != name.strip():
            raise Refused(TAKEN, "uscc")
    throttle.refund(key)
    return known
