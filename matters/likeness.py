"""Pure: entries of a dictionary that probably mean the same. One meaning, one entry: who adds 店铺面积 is shown 经营场所面积."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rapidfuzz import fuzz

# What people call one thing; every word of a group is read as the first. Longest words first where they overlap.
SAME = (
    ("经营场所", "营业场所", "经营地点", "生产经营场所", "店铺", "门店", "商铺", "店面", "门面"),
    ("电话", "手机号码", "手机号", "手机", "联系方式", "联系电话"),
    ("姓名", "名字"),
    ("地址", "住址", "住所", "坐落"),
    ("租赁", "出租", "承租", "租房"),
    ("合同", "协议书", "协议"),
    ("身份证", "居民身份证", "身份证件", "身份证明"),
    ("身份证号", "身份证号码", "证件号码", "证件号"),
    ("照片", "相片", "证件照"),
    ("营业执照", "执照"),
    ("法定代表人", "法人代表", "负责人"),
    ("人数", "人员数量", "职工数", "员工数"),
    ("日期", "时间"),
    ("证明", "凭证", "证明材料", "证明文件"),
)
ROUND_BRACKETS = re.compile(r"[（(][^（()）]*[)）]")
PLAIN = re.compile(r"[^\w]+")
# In what shape a paper is handed in is said where an item asks for it: 营业执照副本 is the 营业执照.
SHAPE = re.compile(r"(?<=..)(?:的?(?:复印件|影印件|扫描件|电子件|电子版|原件|正本|副本|正副本|及|和))+$")
# 经营面积 is short for 经营场所面积.
PLACE_LEFT_OUT = re.compile(r"(?:经营|营业)(?=面积|地址|楼层)")
ALIKE = 0.6
MOST = 5


class Alike(NamedTuple):
    """An entry that may mean the same; `likeness` from 0 to 1."""

    code: str
    name: str
    likeness: float


def alike(name: str, known: Mapping[str, str], most: int = MOST) -> list[Alike]:
    """Entries of `known` (code -> name) that may mean the same as `name`, most alike first; often none."""
    wanted = _read(name)
    found = (Alike(code, other, round(_likeness(wanted, _read(other)), 3)) for code, other in known.items())
    return sorted((one for one in found if one.likeness >= ALIKE), key=lambda one: (-one.likeness, one.code))[:most]


def _likeness(one: str, two: str) -> float:
    if not one or not two:
        return 0.0
    if one == two:
        return 1.0
    pairs = _share(_pairs(one), _pairs(two))
    # A name inside another says much when it is most of it: 身份证 in 申请人身份证, not 证 in 许可证.
    inside = min(len(one), len(two)) / max(len(one), len(two)) if one in two or two in one else 0.0
    return max(pairs, inside, 0.55 * pairs + 0.45 * fuzz.ratio(one, two) / 100)


def _read(name: str) -> str:
    """The name without brackets, signs and the shape of the paper, words of like meaning written alike."""
    text = SHAPE.sub("", PLAIN.sub("", ROUND_BRACKETS.sub("", name)).lower())
    text = PLACE_LEFT_OUT.sub("经营场所", text)
    for first, word in WORDS:
        text = text.replace(word, first)
    return text


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)} or {text}


def _share(one: set[str], two: set[str]) -> float:
    return 2 * len(one & two) / (len(one) + len(two))


def _words(groups: Iterable[tuple[str, ...]]) -> list[tuple[str, str]]:
    """(a sign of the group's own, word), longest words first, so that no shorter one breaks a longer."""
    pairs = [(chr(0xE000 + place) * 2, word) for place, group in enumerate(groups) for word in group]
    return sorted(pairs, key=lambda pair: -len(pair[1]))


WORDS = _words(SAME)
