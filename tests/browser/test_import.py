"""The catalogue in Excel, in a browser: a faulty workbook, a good one, the preview, and what waits to be published."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from matters.models import Item
from tests.browser.conftest import Person
from tests.matters.workbooks import put, row_of

READING = 60_000  # milliseconds that a workbook may take on a busy machine
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_workbook_is_exported_spoiled_mended_looked_at_and_imported(
    someone: Callable[..., Person], tmp_path: Path
) -> None:
    editor = someone("editor")
    editor.sign_in("editor1")
    page = editor.go("/admin/matters/matter/")
    page.get_by_text("导出和导入").first.click()
    with page.expect_download() as download:
        page.get_by_text("导出 Excel").first.click()
    file = tmp_path / "目录.xlsx"
    download.value.save_as(file)

    book = openpyxl.load_workbook(file)
    number = row_of(book["事项"], 代码="fire-safety-check")
    put(book["事项"], number, "承诺时限", "=1+1")
    book.save(file)
    page = editor.go("/admin/matters/matter/")
    page.get_by_text("导出和导入").first.click()
    page.get_by_text("导入", exact=True).first.click()
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="检查并预览").click(timeout=READING)
    expect(page.get_by_role("heading", name="有 1 处要改，什么也没有导入")).to_be_visible(timeout=READING)
    fault = page.locator("tbody tr").first
    expect(fault).to_contain_text(re.compile(rf"事项\s*{number}\s*承诺时限"))
    expect(fault).to_contain_text("里是公式")
    editor.picture("import-faults")

    put(book["事项"], number, "承诺时限", 1)
    book.save(file)
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="检查并预览").click(timeout=READING)
    expect(page.get_by_role("heading", name="导入预览：目录.xlsx")).to_be_visible(timeout=READING)
    expect(page.locator("tbody tr").first).to_contain_text(re.compile(rf"{number}\s*修改"))
    expect(page.get_by_role("heading", name="件事的方案会变")).to_be_visible()
    expect(page.get_by_text("我要开餐馆").first).to_be_visible()
    editor.picture("import-preview")
    before = Item.objects.get(pk="fire-safety-check").promised_days
    assert before != 1

    page.get_by_role("button", name="导入", exact=True).click(timeout=READING)
    expect(page.get_by_text("已导入，存为草稿")).to_be_visible(timeout=READING)
    assert Item.objects.get(pk="fire-safety-check").promised_days == 1
    page.get_by_role("link", name="去待发布的修改").click()
    expect(page.get_by_text("我要开餐馆").first).to_be_visible()
