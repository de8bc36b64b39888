"""A picture for each paper, for who reads pictures better than names: 带这些来. What it looks like, not what it proves."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

# The first line whose word stands in the name wins; who has no word of its own is a sheet of paper.
PICTURES: tuple[tuple[str, str], ...] = (
    ("申请表|登记表|申请书|备案表|申报表|登记书|信息表|注册书|申领表", "file-pen-line"),
    ("身份证|居住证|护照", "id-card"),
    ("户口", "book-user"),
    ("照片|合影|影像|近照|证件照", "image"),
    ("结婚|离婚|婚姻", "heart"),
    ("委托书|承诺书|承诺|声明|同意", "pencil"),
    ("合同|协议|租赁|章程", "scroll-text"),
    ("平面图|布局图|方位图|示意图|流程图|图纸|规划", "map"),
    ("房|场所使用|不动产|宅基地|产权", "house"),
    ("发票|缴费|收据|完税|费用|账户|存款|银行|验资|资金|收入", "banknote"),
    ("健康|体检|诊断|病历|接种|卫生|医疗|预防", "heart-pulse"),
    ("车|驾驶|行驶", "car"),
    ("消防|灭火|疏散", "fire-extinguisher"),
    ("印模|公章", "stamp"),
    ("营业执照|许可证|资格证|合格证|证书|执业证|登记证|学历|毕业", "award"),
    ("清单|名单|明细|目录|制度|方案|预案", "list-checks"),
    ("报告|检测|鉴定|评价|审计", "clipboard-check"),
)
OTHER = "file-text"


def picture_of(name: str) -> str:
    """Name of the icon for a paper of this name."""
    return next((icon for words, icon in PICTURES if re.search(words, name)), OTHER)


@cache
def _sprite() -> str:
    return (Path(settings.BASE_DIR) / "static" / "icons.svg").read_text("utf-8")


@cache
def drawn_as(icon: str) -> str:
    """The icon as an SVG of its own. Raises KeyError for one that the sprite does not have."""
    found = re.search(rf'<symbol id="{re.escape(icon)}"[^>]*>(.*?)</symbol>', _sprite(), re.DOTALL)
    if found is None:
        raise KeyError(icon)
    stroke = 'fill="none" stroke="#1f4f80" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" {stroke}>{found[1]}</svg>'
    )
