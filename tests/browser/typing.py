"""A clerk who has no mouse: every key counted, those that act apart from those that write."""

from playwright.sync_api import Page

from matters.specs import FieldSpec
from tests.browser.filling import VALUES

FOCUSED = """() => { const at = document.activeElement;
  return { name: at.name || "", type: at.type || "", checked: Boolean(at.checked), value: at.value || "",
           id: at.id || "", tag: at.tagName, text: (at.textContent || "").trim() }; }"""
MOST_TABS = 400


class Keys:
    """The keyboard of one page. `acts`: keys pressed to go somewhere or to do something; `letters`: what was typed."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts, self.letters = page, 0, 0

    def press(self, *keys: str) -> None:
        """One after the other; on a page or a piece of it that is still arriving only when the scripts have it in hand."""
        for key in keys:
            self.acts += 1
            self.page.wait_for_load_state()
            self.page.locator(".htmx-added").first.wait_for(state="detached")
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.letters += len(text)
        self.page.keyboard.insert_text(text)

    def focused(self) -> dict:
        return self.page.evaluate(FOCUSED)

    def tab_to(self, wanted: str) -> None:
        """Tab on until the words of what has the focus contain `wanted`."""
        for _ in range(MOST_TABS):
            at = self.focused()
            if wanted in at["text"] and at["tag"] in ("A", "BUTTON", "SUMMARY"):
                return
            self.press("Tab")
        raise AssertionError(f"no way to {wanted!r} by Tab")

    def fill_form(self, fields: dict[str, FieldSpec]) -> None:
        """Tab through the merged form up to the scans, writing into every box that is empty."""
        for _ in range(MOST_TABS):
            self.press("Tab")
            at = self.focused()
            if at["type"] == "file":
                return
            if at["type"] in ("radio", "checkbox") and not at["name"].startswith("_"):
                group = self.page.locator(f'input[name="{at["name"]}"]:checked').count()
                if not group:
                    self.press("Space")
            elif at["tag"] in ("INPUT", "TEXTAREA", "SELECT") and not at["value"]:
                self._write_into(at["name"], at["id"], fields)
        raise AssertionError("the form does not end")

    def _write_into(self, name: str, place: str, fields: dict[str, FieldSpec]) -> None:
        for ending, value in (("-y", "2027"), ("-m", "3"), ("-d", "1")):
            if place.endswith(ending) and place.removeprefix("f-").removesuffix(ending) in fields:
                self.write(value)
                return
        spec = fields.get(name)
        if spec is not None and spec.type in VALUES:
            self.write(VALUES[spec.type])
