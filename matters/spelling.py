"""Pure: how a text is written and how it sounds, for the search. Knows no matter and no index.

Everything here is done alike to what is indexed and to what is typed, so that the two meet: 80岁 and 八十岁, full-width
letters, zh and z (people here pronounce them alike), a sentence typed in pinyin without spaces.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z0-9]+")
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[0-9]+")
_NUMBER = re.compile(r"(?<![0-9a-z])[1-9][0-9]{0,2}(?=[\u3400-\u9fff])")
_DIGITS = "零一二三四五六七八九"
LONGEST_SYLLABLE = 6
# More than all phrases of a catalogue: after a change of a few words the index is built anew from these.
SOUNDS_KEPT = 20_000


def normal(text: str) -> str:
    """Full-width letters made plain, lower case, small numbers before a word in Chinese, everything but Chinese,
    letters and digits taken out."""
    plain = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(character for character in plain if HAN.match(character) or LATIN.match(character))
    return _NUMBER.sub(lambda found: in_words(int(found[0])), kept)


def in_words(number: int) -> str:
    """1 to 999 as it is said: 80 -> 八十, 15 -> 十五, 208 -> 二百零八."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (_DIGITS[ones] if ones else "")


def syllables(text: str) -> list[str]:
    """The sounds of normal text, one a character; letters and digits stay as they stand, run by run."""
    found: list[str] = []
    for run in RUN.findall(text):
        found.extend(_sounds(run) if HAN.match(run) else [run])
    return found


@lru_cache(maxsize=SOUNDS_KEPT)
def _sounds(run: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(run))


def spelt(text: str, known: Collection[str]) -> list[str]:
    """Like `syllables`, but a run of letters that is nothing but known syllables of pinyin is cut into them."""
    found: list[str] = []
    for run in RUN.findall(text):
        if HAN.match(run):
            found.extend(_sounds(run))
        else:
            found.extend(cut(run, known) or [run])
    return found


def cut(letters: str, known: Collection[str]) -> list[str] | None:
    """Letters as the fewest known syllables; None when they are not pinyin. Linear in the length."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(letters) + 1):
        ways = [
            [*before, letters[start:end]]
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if (before := best[start]) is not None and letters[start:end] in known
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1]


def heard(syllable: str) -> str:
    """A syllable as people here hear it: z for zh, no difference between n and ng."""
    if syllable[:2] in ("zh", "ch", "sh"):
        syllable = syllable[0] + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


def sound_grams(sounds: list[str]) -> Iterator[str]:
    """Pairs of syllables as heard, marked so that they meet no text."""
    for one, two in pairwise(sounds):
        yield f"~{heard(one)}-{heard(two)}"


def pairs(text: str) -> Iterator[str]:
    """Neighbouring characters; Latin words of two letters or more as they stand."""
    for run in RUN.findall(text):
        if HAN.match(run):
            for place in range(len(run) - 1):
                yield run[place : place + 2]
        elif len(run) > 1:
            yield run


def skips(text: str) -> Iterator[str]:
    """Pairs around any one character ("便·店"): forgives a wrong one."""
    for run in HAN.findall(text):
        for place in range(len(run) - 2):
            yield f"{run[place]}·{run[place + 2]}"
