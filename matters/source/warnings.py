"""Pure: what an editor should look at although nothing keeps the matter from being published."""

from collections.abc import Iterator, Mapping
from typing import Any

from matters.reductions import in_calendar_days

Row = Mapping[str, Any]


def warnings(matter: Row, items: Mapping[str, Row]) -> Iterator[str]:
    """Items (in source form) whose waits by law (公告, 公示 …) are together longer than what they promise.

    The promise counts working days; waits in calendar days are held against about as many calendar days.
    """
    for item in (items[step["item"]] for step in matter["steps"] if step["item"] in items):
        clock = item.get("clock") or {}
        waits = clock.get("waits") or []
        calendar = clock.get("unit") == "calendar"
        together, promise = sum(wait["days"] for wait in waits), item["promised_days"]
        if together > (in_calendar_days(promise) if calendar else promise):
            kinds = "、".join(dict.fromkeys(wait["kind"] for wait in waits))
            unit = "天" if calendar else "个工作日"
            yield f"{item['name']}依法要等 {together} {unit}（{kinds}），比它承诺的 {promise} 个工作日长"
