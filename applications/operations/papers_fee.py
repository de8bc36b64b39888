"""非税缴款通知书: what one item costs, on which basis, where to pay."""

from typing import Any

from applications.fees import yuan
from applications.models import Application, Charge, Task
from applications.operations.paper_register import enter, facts_of, number_of
from matters.published import plan_of


def charge(key: str, case: Application, task: Task | None, payload: dict[str, Any]) -> None:
    """The notice of one charge; a second one for the same item gets a number of its own."""
    assert task is not None
    raised = Charge.objects.get(pk=payload["round"])
    enter(
        key,
        case,
        task,
        kind="charge",
        title="非税缴款通知书",
        authority=task.department,
        number=number_of(task.department, "charge", "缴"),
        paragraphs=[f"你（单位）申请的“{case.matter.name}”中的“{task.item_name}”，按规定收费，请缴款："],
        facts=facts_of(case),
        table={
            "columns": ["收费项目", "金额（元）", "收费标准", "收费依据"],
            "widths": [4, 3, 5, 5],
            "rows": [
                [task.item_name, yuan(raised.amount), plan_of(case.revision_id).items[task.item_code].fee, raised.basis]
            ],
        },
        after=[
            "可以在网上“我的办件”里和这件事的其他费用一次缴清，也可以到任何一个综合窗口缴；缴款后给财政票据。",
            "申请表格文本不收费；没有列在这里的，不用缴（《中华人民共和国行政许可法》第五十八条、第五十九条）。",
        ],
    )
