"""The search dictionary: loaded, edited as plain lines, in force at once, never lost to a load or to a second editor."""

import shutil
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from departments.access import SYSTEM, VISITOR, Actor, actor_for
from departments.models import Post, Role
from foundation.errors import Conflict, NotAllowed, Refused
from matters.models import Saying
from matters.operations.loading import load_catalogue
from matters.operations.sayings import FaultySayings, digest_of, held_rows, load_sayings, save_words
from matters.search import search
from matters.words import SayingKind

SITUATION = SayingKind.SITUATION
SAID = """
fillers: [我想, 怎么]
synonyms:
  - [饭店, 馆子]
outside:
  - [护照, 签证]
situations:
  open-restaurant: [请厨师炒菜]
  no-such-matter: [不在目录里]
"""


@pytest.fixture
def editor_user(few: None) -> User:
    user = User.objects.create(username="editor1", name="何静", is_staff=True)
    Post.objects.create(user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def editor(editor_user: User) -> Actor:
    return actor_for(editor_user)


@pytest.fixture
def root(few_files: Path, tmp_path: Path) -> Path:
    """Source files of the few matters with a dictionary beside them."""
    root = Path(shutil.copytree(few_files, tmp_path / "catalogue"))
    (root / "search.yaml").write_text(SAID, encoding="utf-8")
    return root


def write(root: Path, old: str, new: str) -> None:
    path = root / "search.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def save(actor: Actor, text: str, matter: str = "open-restaurant") -> None:
    save_words(kind=SITUATION, matter=matter, text=text, seen=digest_of(SITUATION, matter), actor=actor)


def test_the_dictionary_is_loaded_with_the_catalogue(few: None, root: Path) -> None:
    assert load_catalogue(root=root, actor=SYSTEM).kept_sayings == []
    assert held_rows(SITUATION, "open-restaurant") == [["请厨师炒菜"]]
    assert held_rows(SayingKind.SYNONYM) == [["饭店", "馆子"]]
    assert Saying.objects.count() == 4  # nothing for a matter that is not here
    before = list(Saying.objects.values())
    load_catalogue(root=root, actor=SYSTEM)
    assert list(Saying.objects.values()) == before


def test_a_changed_file_comes_in_and_an_edit_here_stays(editor: Actor, root: Path) -> None:
    load_catalogue(root=root, actor=SYSTEM)
    save(editor, "颠勺")
    write(root, "馆子", "饭馆")
    write(root, "请厨师炒菜", "开席")
    assert load_catalogue(root=root, actor=SYSTEM).kept_sayings == ["open-restaurant"]
    assert (held_rows(SITUATION, "open-restaurant"), held_rows(SayingKind.SYNONYM)) == ([["颠勺"]], [["饭店", "饭馆"]])
    assert load_catalogue(root=root, actor=SYSTEM, force=True).kept_sayings == []
    assert held_rows(SITUATION, "open-restaurant") == [["开席"]]


def test_what_was_emptied_here_stays_empty(editor: Actor, root: Path) -> None:
    load_catalogue(root=root, actor=SYSTEM)
    save(editor, "")
    assert load_catalogue(root=root, actor=SYSTEM).kept_sayings == ["open-restaurant"]
    assert held_rows(SITUATION, "open-restaurant") == []


@pytest.mark.parametrize(
    "text", ["fillers: {a: b}", "fillers: [1]", "words: [x]", "- a", "situations: [a]", "synonyms: 3", "a: [", '["\\']
)
def test_a_faulty_file_is_refused_and_changes_nothing(few: None, root: Path, text: str) -> None:
    (root / "search.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FaultySayings, match=r"search\.yaml"):
        load_sayings(root=root, actor=SYSTEM)
    assert not Saying.objects.exists()


def test_saved_words_are_found_at_once(editor: Actor) -> None:
    assert search("颠大勺的营生") == []
    save(editor, "颠大勺\n\n 颠大勺 \n办寿宴")
    assert held_rows(SITUATION, "open-restaurant") == [["颠大勺", "办寿宴"]]
    assert search("颠大勺的营生")[0].why == "常见说法“颠大勺”"


def test_groups_are_a_line_each(editor: Actor) -> None:
    text = "饭店、馆子，饭馆\n车;汽车"
    save_words(kind=SayingKind.SYNONYM, text=text, seen=digest_of(SayingKind.SYNONYM), actor=editor)
    assert held_rows(SayingKind.SYNONYM) == [["饭店", "馆子", "饭馆"], ["车", "汽车"]]


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (SayingKind.FILLER, "长" * 41, "太长"),
        (SayingKind.FILLER, "？！", "没有汉字"),
        (SayingKind.SYNONYM, "饭店", "至少两个"),
        (SayingKind.OUTSIDE, "\n".join(f"词{n}" for n in range(401)), "最多 400 行"),
    ],
)
def test_words_that_cannot_be_used_are_refused(editor: Actor, kind: str, text: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        save_words(kind=kind, text=text, seen=digest_of(kind), actor=editor)


def test_the_second_of_two_editors_is_told(editor: Actor) -> None:
    seen = digest_of(SITUATION, "open-restaurant")
    save(editor, "颠大勺")
    with pytest.raises(Conflict):
        save_words(kind=SITUATION, matter="open-restaurant", text="办寿宴", seen=seen, actor=editor)
    assert held_rows(SITUATION, "open-restaurant") == [["颠大勺"]]


def test_only_an_editor_changes_the_dictionary(few: None, root: Path) -> None:
    with pytest.raises(NotAllowed):
        save(VISITOR, "颠大勺")
    with pytest.raises(NotAllowed):
        load_sayings(root=root, actor=VISITOR)


def test_the_administrators_pages(editor_user: User, client: Client) -> None:
    client.force_login(editor_user)
    entry = "/admin/matters/saying/entry/"
    page = client.get("/admin/matters/saying/?try=开饭店").content.decode()
    assert "我要开餐馆" in page and "“开饭店”现在找到" in page
    seen = digest_of(SITUATION, "open-restaurant")
    sent = client.post(f"{entry}?matter=open-restaurant", {"text": "颠大勺", "seen": seen}, follow=True)
    assert "已保存，1 个说法" in sent.content.decode()
    late = client.post(f"{entry}?matter=open-restaurant", {"text": "办寿宴", "seen": seen})
    assert late.status_code == 409 and "颠大勺" in late.content.decode() and "办寿宴" in late.content.decode()
    wrong = client.post(f"{entry}?kind=synonym", {"text": "一个", "seen": digest_of(SayingKind.SYNONYM)})
    assert wrong.status_code == 422 and "至少两个" in wrong.content.decode()
    assert client.get(f"{entry}?matter=no-such").status_code == client.get(f"{entry}?kind=x").status_code == 404
