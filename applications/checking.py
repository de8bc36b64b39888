"""递交前看一遍: what a window would probably ask for again, each with the reason and what to do. Advice, never a lock:
《行政许可法》第三十二条 has faults told, not turned away. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FEWEST_POINTS = 1000  # of the longer side: A4 at 85 dpi, below which printed characters cannot be read
SOON = 30  # days: a paper that ends before the case may be decided


@dataclass(frozen=True)
class FileFacts:
    """What is known of one file. `read_name`: of the person or organisation, as read from the picture."""

    name: str
    width: int | None = None
    height: int | None = None
    blank: bool = False
    valid_until: date | None = None
    read_name: str = ""


@dataclass(frozen=True)
class PaperFacts:
    """One paper of the draft and its files. `wanted`: the applicant hands it in now (neither exempt nor for later)."""

    code: str
    name: str
    wanted: bool
    files: tuple[FileFacts, ...] = ()


@dataclass(frozen=True)
class Advice:
    """`reason`: what was noticed, `fix`: what helps."""

    code: str
    paper: str
    reason: str
    fix: str
    missing: bool = False


def advice(papers: Iterable[PaperFacts], names: Iterable[str], today: date) -> list[Advice]:
    """All that is noticed, in the order of the papers. `names`: of applicant, organisation and agent in the form."""
    known = {_plain(name) for name in names if name}
    found = []
    for paper in papers:
        if paper.wanted and not paper.files:
            found.append(Advice(paper.code, paper.name, "还没有传", "现在传，或者递交后带到任何一个窗口", True))
        for file in paper.files:
            found += [Advice(paper.code, paper.name, reason, fix) for reason, fix in _of_file(file, known, today)]
    return found


def _of_file(file: FileFacts, known: set[str], today: date) -> Iterable[tuple[str, str]]:
    if file.blank:
        yield f"“{file.name}”看上去是空白的", "打开看一看，是不是拍反了、没拍上，换一份"
    elif file.width and file.height and max(file.width, file.height) < FEWEST_POINTS:
        yield (
            f"“{file.name}”只有 {file.width}×{file.height} 点，字可能看不清",
            "走近一点、对准拍满一页，不要用聊天软件压缩过的图",
        )
    if file.valid_until is not None and file.valid_until < today:
        yield f"“{file.name}”已在 {_day(file.valid_until)} 过期", "先换领新证，再换上新的一份"
    elif file.valid_until is not None and (file.valid_until - today).days <= SOON:
        yield f"“{file.name}”到 {_day(file.valid_until)} 就过期，办结前可能失效", "有新的就换上；没有也可以先递交"
    if file.read_name and known and _plain(file.read_name) not in known:
        yield f"“{file.name}”上读到的是“{file.read_name}”，和表里填的不一样", "看看是传错了人的证件，还是表里填错了字"


def _plain(name: str) -> str:
    """Without blanks, and brackets of one width: 灌河（餐饮） is 灌河(餐饮)."""
    return "".join(name.split()).replace("（", "(").replace("）", ")").replace("·", "").upper()


def _day(day: date) -> str:
    return f"{day.year}\u00a0年\u00a0{day.month}\u00a0月\u00a0{day.day}\u00a0日"
