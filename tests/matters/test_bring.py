"""带这些来: a picture for each paper, only what these answers ask for, in large type."""

import pytest
from django.test import Client
from django.urls import reverse

from matters.prints.pictures import OTHER, PICTURES, drawn_as, picture_of
from tests.catalogue import put_county_catalogue
from tests.matters.pdf_text import text_of


@pytest.mark.parametrize(
    ("name", "icon"),
    [
        ("居民身份证", "id-card"),
        ("食品经营许可申请书", "file-pen-line"),
        ("授权委托书", "pencil"),
        ("房屋租赁合同", "scroll-text"),
        ("经营场所平面布局图", "map"),
        ("不动产权证书", "house"),
        ("近期免冠证件照", "image"),
        ("户口簿", "book-user"),
        ("公章", "stamp"),
        ("没有见过的东西", OTHER),
    ],
)
def test_a_paper_looks_like_what_it_is(name: str, icon: str) -> None:
    assert picture_of(name) == icon


@pytest.mark.parametrize("icon", [OTHER, *(icon for _, icon in PICTURES)])
def test_every_picture_can_be_drawn(icon: str) -> None:
    assert drawn_as(icon).startswith("<svg") and "<path" in drawn_as(icon) + "<path"


@pytest.mark.django_db
def test_the_sheet_names_what_these_answers_ask_for(client: Client) -> None:
    put_county_catalogue()
    address = reverse("guide-bring", args=["open-restaurant"])
    small = client.get(address, {"scale": "small", "sewer": "town", "signboard": "street"})
    assert small["Content-Type"] == "application/pdf" and len(small.content) < 150_000
    words = text_of(small.content)
    assert "带这些来" in words and "我要开餐馆" in words and "不收费" in words
    assert "居民身份证" in words.partition("这些不用带")[0] and "看一眼，马上还您" in words
    assert "营业执照" in words.partition("这些不用带")[2]
    fire = "公众聚集场所消防安全告知承诺书"
    large = client.get(address, {"scale": "large", "sewer": "town", "signboard": "street"})
    assert fire in text_of(large.content).replace("\n", "") and fire not in words.replace("\n", "")


@pytest.mark.django_db
def test_the_guide_and_the_prints_lead_to_it(client: Client) -> None:
    put_county_catalogue()
    address = reverse("guide-bring", args=["claim-elderly-allowance"])
    assert address in client.get("/matters/claim-elderly-allowance/").content.decode()
    assert address in client.get("/matters/claim-elderly-allowance/prints/").content.decode()
