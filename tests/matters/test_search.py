"""What people of the county type, and what they should find among the first three."""

import time

import pytest

from matters.finding import Document, Index, Phrase
from matters.models import Matter, Saying
from matters.search import search
from matters.speech import Speech
from matters.words import SayingKind

NATURAL = [
    # the name, a keyword, everyday words
    ("我要开餐馆", "open-restaurant"),
    ("开饭店", "open-restaurant"),
    ("我想开个饭店要什么手续", "open-restaurant"),
    ("馆子", "open-restaurant"),
    ("想摆早点摊", "open-small-eatery"),
    ("卖包子", "open-small-eatery"),
    ("娃上学", "enrol-primary-school"),
    ("孩子今年要念一年级了", "enrol-primary-school"),
    ("娃要换学校", "transfer-school"),
    ("剪头发的店", "open-hair-salon"),
    ("想在家门口开个小超市", "open-convenience-store"),
    ("刚买的新车怎么上牌", "register-new-car"),
    ("爷爷去世了要办什么", "settle-after-death"),
    ("厂里把我辞退了", "cope-with-job-loss"),
    ("老人八十岁补贴", "claim-elderly-allowance"),
    ("买了二手房子要过户", "buy-used-house"),
    ("去上海看病报销", "seek-offsite-treatment"),
    ("社保从苏州转回来", "transfer-social-insurance"),
    ("公司不想干了", "close-company"),
    ("请不起律师", "apply-legal-aid"),
    ("当兵回来", "return-from-service"),
    ("农村盖房子", "build-rural-house"),
    ("小孩刚出生要上户口", "register-newborn"),
    ("老小区装电梯", "add-building-elevator"),
    ("给猫狗看病的医院", "open-pet-hospital"),
    ("跑大货车", "open-freight-company"),
    ("厂房要通电", "connect-utilities"),
    ("得了癌症没钱治", "cope-with-serious-illness"),
    ("自己交社保", "work-flexibly"),
    ("执照上的地址变了", "change-shop-details"),
    # an item of the matter
    ("食品经营许可", "open-restaurant"),
    ("教师资格证", "become-teacher"),
    # pinyin, initials, Latin letters
    ("kcg", "open-restaurant"),
    ("kaicanguan", "open-restaurant"),
    ("kaifan", "open-restaurant"),
    ("bianlidian", "open-convenience-store"),
    ("dibao", "apply-low-income"),
    ("jszgz", "become-teacher"),
    ("ＫＴＶ", "open-karaoke"),
    ("kai饭店", "open-restaurant"),
    # one wrong character: sounding alike, or not
    ("开参馆", "open-restaurant"),
    ("开餐官", "open-restaurant"),
    ("便力店", "open-convenience-store"),
    # a wrong character that is one of the little words left out
    ("农要店", "open-pesticide-shop"),
    ("便刊店", "open-convenience-store"),
    ("游泳管", "open-swimming-pool"),
    ("幼儿圆", "open-kindergarten"),
]


@pytest.mark.parametrize(("query", "code"), NATURAL)
def test_the_right_matter_is_among_the_first_three(index: Index, query: str, code: str) -> None:
    found = index.find(query, 3)
    assert code in [hit.key for hit in found], [(hit.key, hit.score, hit.why) for hit in found]


@pytest.mark.parametrize("query", ["今天天气怎么样", "火箭发射", "qwxzjj", "", "   ", "？！", "我要办理", "\x00", "的"])
def test_where_nothing_fits_nothing_is_found(index: Index, query: str) -> None:
    assert index.find(query) == []


@pytest.mark.parametrize(
    "query", ["开" * 100_000, "a" * 100_000, "'; DROP TABLE matters_matter; --", "🍜" * 50, "%_\\"]
)
def test_anything_may_be_typed(index: Index, query: str) -> None:
    began = time.perf_counter()
    index.find(query)
    assert time.perf_counter() - began < 0.5


def test_all_questions_together_are_quick(index: Index) -> None:
    began = time.perf_counter()
    for query, _ in NATURAL:
        index.find(query, 10)
    assert (time.perf_counter() - began) / len(NATURAL) < 0.03


def test_why_it_matched(index: Index) -> None:
    assert index.find("火锅店", 1)[0].why == "搜索词“火锅店”"
    assert index.find("我要开餐馆", 1)[0].why == "名称"


def test_a_longer_match_ranks_before_a_shorter_and_equals_keep_their_order() -> None:
    documents = [
        Document("one", (Phrase("开药店", 1.0, "名称"),)),
        Document("two", (Phrase("开宠物药店", 1.0, "名称"),)),
        Document("three", (Phrase("开药店", 1.0, "名称"),)),
    ]
    index = Index.build(documents, Speech())
    assert [hit.key for hit in index.find("开药店")] == ["one", "three", "two"]
    assert index.find("宠物药店")[0].key == "two"


def test_search_follows_the_published_catalogue(loaded: None, django_assert_num_queries) -> None:
    assert search("kcg")[0].code == "open-restaurant"
    with django_assert_num_queries(2):
        hit = search("我想开个小饭店", 1)[0]
    assert (hit.number, hit.name, hit.brief.departments["market"]) == (21, "我要开餐馆", "市场监管局")
    Matter.objects.filter(pk="open-restaurant").update(withdrawn_at="2026-11-22T00:00:00+08:00")
    assert "open-restaurant" not in [hit.code for hit in search("我想开个小饭店")]


def test_a_word_of_the_administrator_is_found_at_once(loaded: None) -> None:
    assert search("做嘎嘣脆买卖") == []
    said = Saying.objects.get(matter="open-snack-food-store")
    said.words = [*said.words, "做嘎嘣脆买卖"]
    said.save()
    hit = search("我想做嘎嘣脆买卖")[0]
    assert (hit.code, hit.why) == ("open-snack-food-store", "常见说法“做嘎嘣脆买卖”")


def test_what_the_county_has_no_matter_for_is_not_answered_with_something_like_it(loaded: None) -> None:
    assert search("我想学车考驾照") == []
    Saying.objects.filter(kind=SayingKind.OUTSIDE).delete()
    assert search("我想学车考驾照")[0].code == "open-driving-school"
