"""Pure: what differs between two plans, in Chinese sentences for the administrator who publishes the second."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
LABELS = {
    "name": "名称",
    "text": "问题",
    "label": "名称",
    "audience": "对象",
    "theme": "主题",
    "batch": "清单批次",
    "level": "层级",
    "keywords": "搜索词",
    "summary": "一句话说明",
    "applicant": "谁能办",
    "tips": "容易出错的地方",
    "before_visits": "改革前跑动次数",
    "before_days": "改革前天数",
    "promised_days": "承诺时限",
    "statutory_days": "法定时限",
    "number": "编号",
    "choices": "选项",
    "essential": "必须办成",
    "after": "发证要等",
    "starts_after": "开审要等",
    "starts_on": "等申请人",
    "when": "适用情形",
    "department": "审批部门",
    "kind": "类别",
    "legal_basis": "法律依据",
    "conditions": "办理条件",
    "inspection": "现场核查",
    "commitment": "告知承诺",
    "fee": "收费",
    "result": "结果",
    "asks": "所需材料",
    "fields": "所需字段",
    "points": "审查要点",
    "special_procedures": "特别程序",
    "presence": "到场要求",
    "creates_applicant": "办成后才有申请主体",
    "deferral_days": "容缺补交时限",
    "own_form": "国家统一制证",
    "clock": "计时规则",
    "description": "说明",
    "provided_by": "来源",
    "issuer": "核发部门",
    "exempt": "免提交",
    "blank_form": "空表样表",
    "result_of": "是哪个事项的结果",
    "may_not_apply": "可标不涉及",
    "section": "所在栏目",
    "type": "类型",
    "required": "必填",
    "help": "填写说明",
    "unit": "单位",
    "pattern": "格式",
    "min": "最小值",
    "max": "最大值",
    "prefill": "预填来源",
    "short_name": "简称",
    "mark": "文号字",
    "parent": "上级部门",
}
PARTS = {
    "questions": ("问题", "code", "text"),
    "steps": ("环节", "item", "item"),
    "items": ("事项", "code", "name"),
    "materials": ("材料", "code", "name"),
    "fields": ("字段", "code", "label"),
    "departments": ("部门", "code", "name"),
}
SHOWN = 60


def plan_changes(old: Json, new: Json) -> list[str]:
    """One sentence for each thing added, dropped or changed between the JSON of two plans; empty when equal."""
    found = [text for key in LABELS if key in new for text in _change("", key, old.get(key), new[key])]
    for part, (word, key, title) in PARTS.items():
        before = {row[key]: row for row in old[part]}
        after = {row[key]: row for row in new[part]}
        found += [f"新增{word}“{row[title]}”" for code, row in after.items() if code not in before]
        found += [f"去掉{word}“{row[title]}”" for code, row in before.items() if code not in after]
        kept = [code for code in after if code in before]
        for code in kept:
            place = f"{word}“{after[code][title]}”的"
            found += [
                text for name in after[code] for text in _change(place, name, before[code].get(name), after[code][name])
            ]
        if kept != [code for code in before if code in after]:
            found.append(f"{word}的先后顺序有变")
    return found


def _change(place: str, key: str, old: Any, new: Any) -> list[str]:
    if old == new:
        return []
    label = LABELS.get(key, key)
    if isinstance(old, list) and isinstance(new, list):
        added, dropped = [row for row in new if row not in old], [row for row in old if row not in new]
        texts = [f"{place}{label}增加：{_shown(row)}" for row in added]
        texts += [f"{place}{label}去掉：{_shown(row)}" for row in dropped]
        return texts or [f"{place}{label}的先后顺序有变"]
    return [f"{place}{label}由“{_shown(old)}”改为“{_shown(new)}”"]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "无"
    if isinstance(value, Mapping):
        text = "，".join(f"{LABELS.get(key, key)} {_shown(part)}" for key, part in value.items())
    elif isinstance(value, list):
        text = "、".join(map(_shown, value))
    else:
        text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
