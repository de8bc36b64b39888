"""What one term or threshold is made of."""

from dataclasses import dataclass

WORKING_DAYS, CALENDAR_DAYS, PERCENT = "个工作日", "天", "%"
MINUTES, TIMES = "分钟", "次"
AT_ONCE = "马上对全部办件起作用，因为灯是看的时候算的"


@dataclass(frozen=True)
class Threshold:
    """`least` and `most` are the bounds; `law` is the article that sets `most`, empty where the county decides alone.

    `reach` tells from what on a new value counts.
    """

    name: str
    default: int
    unit: str
    least: int
    most: int
    law: str
    meaning: str
    reach: str
