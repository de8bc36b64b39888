"""没搜到的话: what is kept of a search in vain, what is not, and what the administrator does with it."""

import pytest
from django.test import Client

from accounts.models import User
from departments.access import VISITOR, actor_for
from departments.models import Post, Role
from foundation import throttle
from foundation.errors import NotAllowed, Refused
from matters.models import SearchMiss
from matters.operations import misses
from matters.operations.misses import answer_miss, presentable, record_miss, settle_miss
from matters.search import search

HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor_user(few: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


@pytest.fixture(autouse=True)
def unthrottled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A throttle of this test's own."""
    throttle.local.clear()
    monkeypatch.setattr(misses, "BY_ADDRESS", throttle.Bound(free=1000, first=60, longest=60))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  火箭\n发射 ", "火箭 发射"),
        ("我的号码13812345678办护照", "我的号码******办护照"),
        ("３２０７２４１９９００１０１００１Ｘ", "******"),
        ("320724-1990 0101-0018 x 查", "****** 查"),
        ("电话 138 1234 5678", "电话 ******"),
        ("12345", "12345"),
        ("长" * 99, "长" * 60),
        ("\x00\u200b", ""),
    ],
)
def test_what_is_kept_of_a_search(typed: str, kept: str) -> None:
    assert presentable(typed) == kept


def test_a_submitted_search_in_vain_is_counted(few: None, client: Client) -> None:
    for _ in range(2):
        assert "没有找到" in client.get("/search/?q=发射火箭").content.decode()
    assert list(SearchMiss.objects.values_list("text", "times", "settled")) == [("发射火箭", 2, False)]


@pytest.mark.parametrize("ask", ["found", "typed", "head", "empty", "narrowed", "api"])
def test_what_is_not_a_search_in_vain(few: None, client: Client, ask: str) -> None:
    if ask == "found":
        client.get("/search/?q=开饭店")
    elif ask == "typed":
        client.get("/search/?q=发射火箭", headers=HTMX)
    elif ask == "head":
        client.head("/search/?q=发射火箭")
    elif ask == "empty":
        client.get("/search/?q=")
    elif ask == "narrowed":
        assert "这样筛没有" in client.get("/search/?q=开饭店&audience=individual").content.decode()
    else:
        client.get("/api/v1/matters/?search=发射火箭")
    assert not SearchMiss.objects.exists()


def test_one_address_cannot_fill_the_list(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "BY_ADDRESS", throttle.Bound(free=3, first=60, longest=60))
    kept = [record_miss(text=f"胡话{number}号", source="198.51.100.77") for number in range(6)]
    assert kept == [True] * 4 + [False] * 2
    assert record_miss(text="另一处的胡话", source="198.51.100.78")


def test_beyond_the_bound_what_was_asked_least_goes(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misses, "ROWS_KEPT", 2)
    for text in ("护照", "护照", "火箭", "卫星"):
        record_miss(text=text, source="198.51.100.79")
    assert set(SearchMiss.objects.values_list("text", flat=True)) == {"护照", "卫星"}


def test_one_click_makes_it_found(editor_user: User) -> None:
    record_miss(text="颠大勺的营生", source="198.51.100.80")
    answer_miss(text="颠大勺的营生", words="颠大勺", matter="open-restaurant", actor=actor_for(editor_user))
    assert search("颠大勺的营生")[0].code == "open-restaurant"
    assert SearchMiss.objects.get().settled


def test_who_may_and_what_is_refused(editor_user: User) -> None:
    record_miss(text="颠大勺", source="198.51.100.81")
    editor = actor_for(editor_user)
    with pytest.raises(NotAllowed):
        settle_miss(text="颠大勺", actor=VISITOR)
    with pytest.raises(Refused):
        answer_miss(text="颠大勺", words="颠大勺", matter="no-such", actor=editor)
    with pytest.raises(Refused):
        answer_miss(text="颠大勺", words="长" * 41, matter="open-restaurant", actor=editor)
    with pytest.raises(Refused):
        settle_miss(text="没有这句", actor=editor)
    assert not SearchMiss.objects.get().settled and search("颠大勺") == []


def test_the_administrators_list(editor_user: User, client: Client) -> None:
    for text in ("颠大勺", "颠大勺", "发射火箭"):
        record_miss(text=text, source="198.51.100.82")
    client.force_login(editor_user)
    address = "/admin/matters/searchmiss/"
    page = client.get(address).content.decode()
    assert page.index("颠大勺") < page.index("发射火箭")
    sent = {"act": "add", "text": "颠大勺", "words": "颠大勺", "matter": "open-restaurant"}
    assert "已加到" in client.post(address, sent, follow=True).content.decode()
    client.post(address, {"act": "settle", "text": "发射火箭"})
    assert "没有。群众搜的都找到了。" in client.get(address).content.decode()
    assert "发射火箭" in client.get(f"{address}?settled=1").content.decode()
