"""Masks as tables, and a property: a mask never shows a whole number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.masking import mask_account, mask_id_number, mask_name, mask_phone, mask_within


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("320724197508200018", "320724********0018"),
        ("32072419880315002X", "320724********002X"),
        ("320724750820001", "320724*****0001"),
        ("E12345678", "*******78"),
        ("H1234567802", "*********02"),
        ("12345", "*****"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_identity_numbers(text, masked):
    assert mask_id_number(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13800000018", "138****0018"),
        ("051883220000", "051****0000"),
        ("12345", "*****"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_phones(text, masked):
    assert mask_phone(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"), [("6222021234567890123", "*" * 15 + "0123"), ("1234", "****"), ("1234567", "*******"), ("", "")]
)
def test_accounts(text, masked):
    assert mask_account(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张婷", "张*"),
        ("张文婷", "张*婷"),
        ("欧阳文婷", "欧*婷"),
        ("买买提·艾力", "买*力"),
        ("张", "张"),
        ("", ""),
        ("𠮷野", "𠮷*"),
    ],
)
def test_names(text, masked):
    assert mask_name(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证32072419880315002X不清楚", "身份证320724********002X不清楚"),
        ("请打13800000018。", "请打138****0018。"),
        ("两个：32072419880315002X、320724197508200018", "两个：320724********002X、320724********0018"),
        ("编号 32072420260302Y001871", "编号 32072420260302Y001871"),
        ("统一社会信用代码 92320724MAE1K7T30J", "统一社会信用代码 92320724MAE1K7T30J"),
        ("大厅 0518-83220000，12345", "大厅 0518-83220000，12345"),
        ("13800000018000", "13800000018000"),
        ("", ""),
    ],
)
def test_within_running_text(text, masked):
    assert mask_within(text) == masked


@given(st.text(min_size=1, max_size=40))
def test_a_mask_of_a_number_hides_something(text):
    for mask in (mask_id_number, mask_phone, mask_account):
        assert set(mask(text)) & {"*"}


@given(st.from_regex(r"[1-9][0-9]{5}19[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9])[0-9]{3}[0-9X]", fullmatch=True))
def test_no_identity_number_survives_in_text(number):
    assert number not in mask_within(f"证号{number}。")
