"""The fixed words of the catalogue: codes as the source files write them, labels as people read them."""

from django.db.models import IntegerChoices, TextChoices


class Audience(TextChoices):
    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual", "个人"


class MatterLevel(TextChoices):
    COUNTY = "county", "县级"
    CITY_COUNTY = "city-county", "市县联办"
    TOWNSHIP = "township", "镇级"


class StandardLevel(TextChoices):
    STATE = "state", "国家"
    PROVINCE = "province", "省"
    CITY = "city", "市"


class ProvidedBy(TextChoices):
    APPLICANT = "applicant", "申请人自备"
    GOVERNMENT = "government", "政府部门核发"
    THIRD_PARTY = "third-party", "第三方机构出具"


class Submit(TextChoices):
    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    VERIFY = "verify", "原件核验，留复印件"
    ELECTRONIC = "electronic", "电子件"


class Need(TextChoices):
    CORE = "core", "必交"
    DEFERRABLE = "deferrable", "可容缺"


class ItemKind(TextChoices):
    PERMIT = "permit", "行政许可"
    FILING = "filing", "备案"
    REGISTRATION = "registration", "登记"
    CONFIRMATION = "confirmation", "行政确认"
    BENEFIT = "benefit", "行政给付"
    SERVICE = "service", "公共服务"


class ReviewSteps(IntegerChoices):
    """How many people of the department sign before a decision stands."""

    ONE = 1, "一步：谁承办谁决定"
    TWO = 2, "两步：承办、批准"
    THREE = 3, "三步：承办、审核、批准"


class ResultKind(TextChoices):
    LICENCE = "licence", "证照"
    APPROVAL = "approval", "批文"
    RECEIPT = "receipt", "备案回执"
    NOTICE = "notice", "通知书"
    NONE = "none", "无"


class FieldType(TextChoices):
    TEXT = "text", "单行文字"
    TEXTAREA = "textarea", "多行文字"
    NUMBER = "number", "数字"
    INTEGER = "integer", "整数"
    DATE = "date", "日期"
    CHOICE = "choice", "单选"
    MULTICHOICE = "multichoice", "多选"
    BOOLEAN = "boolean", "是否"
    ID_NUMBER = "id-number", "身份证号"
    USCC = "uscc", "统一社会信用代码"
    PHONE = "phone", "电话"
    EMAIL = "email", "电子邮箱"
    ADDRESS = "address", "地址"
    MONEY = "money", "金额"


class Sensitivity(TextChoices):
    """How carefully a field's data is handled. Personal data by 《个人信息保护法》 art. 4 and 28."""

    OPEN = "open", "公开"
    INTERNAL = "internal", "内部"
    PERSONAL = "personal", "个人信息"
    SENSITIVE = "sensitive", "敏感个人信息"


class CodeScheme(TextChoices):
    """By which rule an item's 实施编码 is written; provinces differ in practice from the national one."""

    NATIONAL = "gbt-39554", "国家（GB/T 39554.1，31 位）"
    PROVINCE = "province", "省定编码"
    OTHER = "other", "其他编码"


class SubjectNature(TextChoices):
    STATUTORY = "statutory", "法定机关"
    AUTHORISED = "authorised", "授权组织"
    ENTRUSTED = "entrusted", "受委托组织"


class OnlineDepth(TextChoices):
    INFORMATION = "1", "Ⅰ级（网上查）"
    BOOKING = "2", "Ⅱ级（网上约）"
    FILING = "3", "Ⅲ级（网上报，窗口取）"
    WHOLE = "4", "Ⅳ级（全程网办）"


class CommonRange(TextChoices):
    """Within which area any window takes the item in (通办)."""

    NONE = "none", "不通办"
    COUNTY = "county", "全县"
    CITY = "city", "全市"
    PROVINCE = "province", "全省"
    COUNTRY = "country", "跨省"


class Delivery(TextChoices):
    WINDOW = "window", "窗口领取"
    POST = "post", "邮寄"
    ELECTRONIC = "electronic", "网上下载电子件"
    MACHINE = "machine", "自助机打印"


class ReleaseState(TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    CANCELLED = "cancelled", "已撤回"


class SayingKind(TextChoices):
    FILLER = "filler", "略去的话"
    SYNONYM = "synonym", "意思相近的词"
    SITUATION = "situation", "一件事的情形说法"
    OUTSIDE = "outside", "这里没有的事"


class CandidateState(TextChoices):
    """What is stored. 列入清单 is not: it follows from the matter's first revision in force."""

    PROPOSED = "proposed", "建议"
    TRIAL = "trial", "试行"
    REJECTED = "rejected", "不采纳"


class DemandSource(TextChoices):
    SEARCH = "search", "搜索无结果"
    HOTLINE = "hotline", "12345"
    BLOCKED = "blocked", "办不成事"
    PAIR = "pair", "重复组合"
    OWN = "own", "自己提出"


class GuidanceState(TextChoices):
    """Of one version of a 口径. What was loaded as a sample stands under its own word until somebody confirms it."""

    WAITING = "waiting", "待确认"
    CONFIRMED = "confirmed", "已确认"
    SAMPLE = "sample", "演示，待部门确认"
    RETURNED = "returned", "已退回"
    CANCELLED = "cancelled", "已撤回"


class DoubtOutcome(TextChoices):
    """What the owner says to 这条不对."""

    RIGHT = "right", "没有错"
    WRONG = "wrong", "是不对"
