"""Records what a list above the county asks for an item, and on which article the county asks for more."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from departments.access import Actor
from foundation.errors import Refused
from matters.access import require_editor
from matters.models import Item, UpperStandard
from matters.standards import ARTICLE
from matters.words import StandardLevel

MOST_DAYS, BASIS_LIMIT = 3650, 300


@transaction.atomic
def record_standard(
    *,
    item: str,
    level: str,
    source: str,
    dated: date,
    promised_days: int | None,
    statutory_days: int | None,
    materials: Sequence[str],
    others: Sequence[str],
    bases: Mapping[str, str],
    actor: Actor,
) -> UpperStandard:
    """Keeps the list of one level for one item, in place of what was recorded. `bases`: over-ask -> article.

    Raises NotAllowed, and Refused for an unknown item, level or paper, a day in the future, or a basis that names no article.
    """
    require_editor(actor)
    if not Item.objects.filter(pk=item).exists():
        raise Refused("没有这个事项。")
    if level not in StandardLevel.values:
        raise Refused("请选是哪一级的清单。", "level")
    if not source.strip():
        raise Refused("请写清单或者文件的名称，别人要能找到它。", "source")
    if dated > timezone.localdate():
        raise Refused("日期不能在今天之后。", "dated")
    for name, days in (("promised_days", promised_days), ("statutory_days", statutory_days)):
        if days is not None and not 0 <= days <= MOST_DAYS:
            raise Refused(f"时限要写 0 到 {MOST_DAYS} 的整数，单位是工作日；清单没有写就空着。", name)
    asked = set(Item.objects.filter(pk=item).values_list("asks__material", flat=True))
    if unknown := [code for code in materials if code not in asked]:
        raise Refused(f"这个事项没有要材料 {unknown[0]}。", "materials")
    given = {key: text.strip() for key, text in bases.items() if text.strip()}
    for key, text in given.items():
        if not ARTICLE.search(text) or len(text) > BASIS_LIMIT:
            raise Refused(f"依据要写《哪部法律》第几条，最多 {BASIS_LIMIT} 字。", f"basis-{key}")
    values = {
        "source": source.strip(),
        "dated": dated,
        "promised_days": promised_days,
        "statutory_days": statutory_days,
        "materials": sorted(materials),
        "others": [name.strip() for name in others if name.strip()],
        "bases": given,
    }
    return UpperStandard.objects.update_or_create(item_id=item, level=level, defaults=values)[0]


def drop_standard(*, item: str, level: str, actor: Actor) -> None:
    """Takes away what was recorded by mistake. Raises NotAllowed, Refused when nothing is recorded."""
    require_editor(actor)
    if not UpperStandard.objects.filter(item=item, level=level).delete()[0]:
        raise Refused("没有登记这一级的标准。")
