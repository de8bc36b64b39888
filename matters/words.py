"""The fixed words of the catalogue: codes as the source files write them, labels as people read them."""

from django.db.models import TextChoices


class Audience(TextChoices):
    ENTERPRISE = "enterprise", "企业"
    INDIVIDUAL = "individual", "个人"


class MatterLevel(TextChoices):
    COUNTY = "county", "县级"
    CITY_COUNTY = "city-county", "市县联办"
    TOWNSHIP = "township", "镇级"


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
