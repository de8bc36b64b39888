"""Pure: faults of edited rows as an administrator reads them: keys and rows by the words of the forms, not by codes.

Faults of source files keep keys and codes, because that is what stands in the files.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matters.elements import ELEMENTS
from matters.source.reading import Fault

WORDS = {
    "code": "代码",
    "name": "名称",
    "label": "名称",
    "short_name": "简称",
    "level": "层级",
    "parent": "上级部门",
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
    "choices": "选项",
    "pattern": "格式",
    "min": "最小值",
    "max": "最大值",
    "prefill": "预填来源",
    "when": "适用情形",
    "department": "审批部门",
    "kind": "类别",
    "legal_basis": "法律依据",
    "conditions": "办理条件",
    "statutory_days": "法定时限",
    "promised_days": "承诺时限",
    "inspection": "现场核查",
    "commitment": "告知承诺",
    "fee": "收费",
    "result": "结果",
    "valid_months": "有效期",
    "materials": "所需材料",
    "material": "材料",
    "submit": "交法",
    "copies": "份数",
    "need": "必要程度",
    "fields": "所需字段",
    "points": "审查要点",
    "clock": "计时规则",
    "waits": "依法等待",
    "special_procedures": "特别程序",
    "presence": "到场要求",
    "times": "次数",
    "who": "谁到场",
    "reason": "原因",
    "creates_applicant": "办成后才有申请主体",
    "deferral_days": "容缺补交时限",
    "own_form": "国家统一制证",
    "elements": "办事指南要素",
    "channel": "来源渠道",
    "accepted_as": "受理标准",
    "filling": "填报须知",
    "prints": "印着的字段",
    "prints_draft": "印着的字段待部门确认",
    "source": "数源部门",
    "source_draft": "数源部门待部门确认",
    "sensitivity": "敏感级别",
    "standard": "标准号",
    "definition": "定义",
    "field": "字段",
    "days": "天数",
    "basis": "依据",
    "number": "编号",
    "audience": "对象",
    "theme": "主题",
    "batch": "清单批次",
    "keywords": "搜索词",
    "summary": "一句话说明",
    "applicant": "谁能办",
    "tips": "容易出错的地方",
    "before": "改革前",
    "visits": "跑动次数",
    "questions": "问题",
    "text": "问法",
    "steps": "环节",
    "item": "事项",
    "essential": "必须办成",
    "after": "发证要等",
    "starts_after": "开审要等",
    "starts_on": "等申请人",
    "event": "等什么",
    "within_days": "最迟几个工作日内",
}


def told(fault: Fault, rows: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Fault:
    """The fault with the name of its row, its keys in words. `rows`: kind -> code -> row, as in `Catalogue`."""
    row = rows.get(fault.kind, {}).get(fault.code, {})
    name = row.get("name") or row.get("label") or ""
    *keys, sentence = fault.text.split("：") if fault.text.split("：")[0] in WORDS else [fault.text]
    words = (
        {**WORDS, **{key: element.label for key, element in ELEMENTS.items()}} if keys[:1] == ["elements"] else WORDS
    )
    return replace(fault, name=str(name), text="：".join([*(words.get(key, key) for key in keys), sentence]))
