"""Fill in the merged form as a person would: every box of the page by its type, nothing of the catalogue named."""

from playwright.sync_api import Locator, Page

from matters.specs import FieldSpec

VALUES = {
    "id-number": "32072419880315002X",
    "phone": "13800000018",
    "uscc": "91330100799655058B",
    "email": "zhangting@example.cn",
    "address": "灌南县新安镇人民东路 128 号",
    "number": "320",
    "integer": "4",
    "money": "100000",
    "text": "灌河渔家菜馆",
    "textarea": "热食类食品制售、冷食类食品制售",
}


def fill_boxes(page: Page, fields: dict[str, FieldSpec]) -> None:
    """Every box the page shows that is still empty."""
    for code in page.locator("input[name=_shown]").evaluate_all("all => all.map(one => one.value)"):
        spec = fields[code]
        if spec.required or spec.type in ("text", "textarea"):
            _fill(page, page.locator(f"#f-{code}"), spec)


def _fill(page: Page, box: Locator, spec: FieldSpec) -> None:
    if spec.type == "date":
        for part, value in (("y", "2027"), ("m", "3"), ("d", "1")):
            page.fill(f"#f-{spec.code}-{part}", value)
    elif spec.type in ("choice", "multichoice", "boolean"):
        first = box.locator("input:not([type=hidden])").first
        if not box.locator("input:checked").count():
            first.dispatch_event("click")  # the bar at the foot of a phone may lie over it
    elif not box.input_value():
        box.fill(VALUES[spec.type])
