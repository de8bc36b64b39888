"""JSON-LD for search engines: a guide as schema.org's GovernmentService. Pure."""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from matters.guide import Guide

# As django.utils.html.json_script: nothing in the text can end the element or begin a comment.
UNSAFE = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
COUNTY = "江苏省连云港市灌南县"
AUDIENCES = {"enterprise": "企业和个体工商户", "individual": "个人"}


def government_service(guide: Guide, address: str) -> SafeString:
    """The element to put into the page's head. A data block is no script: the policy needs no exception for it."""
    words = json.dumps(service(guide, address), ensure_ascii=False).translate(UNSAFE)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(words))


def service(guide: Guide, address: str) -> dict[str, Any]:
    """The GovernmentService at `address`; what is not known is left out, never made up."""
    plan = guide.plan
    owners = [{"@type": "GovernmentOrganization", "name": plan.departments[code].name} for code in plan.deciding]
    channel = {
        "@type": "ServiceChannel",
        "name": "网上办理",
        "serviceUrl": f"{address}start/",
        "availableLanguage": "zh-CN",
        "servicePhone": {"@type": "ContactPoint", "contactType": "咨询投诉", "telephone": "12345"},
    }
    if plan.promised_days:
        channel["processingTime"] = f"P{guide.calendar_days}D"
    results = [
        {"@type": "GovernmentPermit" if step.item.kind == "permit" else "Thing", "name": step.item.result.name}
        for step in guide.results
    ]
    return {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": plan.name,
        "description": plan.summary,
        "serviceType": plan.theme,
        "category": "一件事",
        "inLanguage": "zh-CN",
        "isAccessibleForFree": not guide.scheme.fees,
        "areaServed": {"@type": "AdministrativeArea", "name": COUNTY},
        "audience": {"@type": "Audience", "audienceType": f"{AUDIENCES[plan.audience]}：{plan.applicant}"},
        "serviceOperator": {"@type": "GovernmentOrganization", "name": "灌南县政务服务综合窗口"},
        "provider": owners,
        "availableChannel": channel,
        "termsOfService": f"{address}#papers",
        "serviceOutput": results,
    }
