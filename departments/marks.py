"""Default of the 文号字, the characters a department's document numbers begin with (灌行审〔2026〕00018号).

Pure: derived from the office's own name, by the short forms that such numbers use all over the country. It is only a
beginning: the county confirms each mark, and the administration keeps what was entered there.
"""

import re

PLACES = {"county": "灌", "township": "灌", "city": "连", "province": "苏"}

# What the name of an office contains → its short form. The first that fits counts, so longer words stand first.
SHORT_FORMS = (
    ("行政审批", "行审"),
    ("政务服务", "政服"),
    ("市场监", "市监"),
    ("生态环境", "环"),
    ("住房公积金", "公积金"),
    ("公积金", "公积金"),
    ("住房和城乡建设", "建"),
    ("住建", "建"),
    ("城市管理", "城管"),
    ("城管", "城管"),
    ("消防", "消"),
    ("税务", "税"),
    ("公安", "公"),
    ("卫生健康", "卫"),
    ("卫健", "卫"),
    ("疾病预防", "疾控"),
    ("新闻出版", "新出"),
    ("宣传", "宣"),
    ("文体广电", "文旅"),
    ("文化广电", "文旅"),
    ("文广旅", "文旅"),
    ("农业农村", "农"),
    ("退役军人", "退役"),
    ("人力资源", "人社"),
    ("人社", "人社"),
    ("医疗保障", "医保"),
    ("医保", "医保"),
    ("自然资源", "自然资"),
    ("自来水", "供水"),
    ("供水", "供水"),
    ("供电", "供电"),
    ("燃气", "燃气"),
    ("水利", "水"),
    ("应急管理", "应急"),
    ("交通运输", "交"),
    ("发展和改革", "发改"),
    ("工业和信息化", "工信"),
    ("教育", "教"),
    ("科技", "科"),
    ("科学技术", "科"),
    ("民政", "民"),
    ("民族宗教", "民宗"),
    ("财政", "财"),
    ("审计", "审"),
    ("统计", "统"),
    ("商务", "商"),
    ("司法", "司"),
    ("残疾人", "残"),
    ("残联", "残"),
    ("烟草", "烟"),
    ("气象", "气"),
    ("档案", "档"),
    ("便民", "便民"),
)

OFFICE_ENDINGS = re.compile(
    r"(委员会|管理局|管理部|管理中心|服务中心|联合会|办公室|大队|支队|公司|中心|局|委|部|办|站|所|处)$"
)
MARK_LENGTH = 20  # of the column


def default_mark(name: str, short_name: str, level: str) -> str:
    """The mark to begin with: `灌行审` for 灌南县行政审批局.

    Never empty for a named office; two offices may get the same (see `free_mark`).
    """
    place = PLACES.get(level, "")
    for word, short in SHORT_FORMS:
        if word in short_name or word in name:
            return place + short
    bare = re.sub(r"[（(].*?[）)]", "", short_name or name)
    return place + (OFFICE_ENDINGS.sub("", bare) or bare)[: MARK_LENGTH - 8]


def free_mark(wanted: str, short_name: str, taken: set[str]) -> str:
    """`wanted`, or where another office has it a longer one that is free: two offices never number alike."""
    candidates = [wanted, wanted[:1] + short_name[: MARK_LENGTH - 4]]
    candidates += [f"{wanted[: MARK_LENGTH - 4]}{number}" for number in range(2, len(taken) + 3)]
    return next(candidate for candidate in candidates if candidate not in taken)
