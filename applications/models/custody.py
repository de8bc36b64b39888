"""原件的去向: originals that the window keeps travel in bags (材料袋) by courier lists (材料交接单)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

IN_HALL = Q(hall__isnull=False, department__isnull=True, courier__isnull=True, returned_at__isnull=True)
IN_DEPARTMENT = Q(hall__isnull=True, department__isnull=False, courier__isnull=True, returned_at__isnull=True)
ON_THE_ROAD = Q(hall__isnull=True, department__isnull=True, courier__isnull=False, returned_at__isnull=True)
GIVEN_BACK = Q(hall__isnull=True, department__isnull=True, courier__isnull=True, returned_at__isnull=False)
OUT_IN_ORDER = Q(sent_at__isnull=False) | Q(received_at__isnull=True)


class Courier(models.Model):
    """One 材料交接单: from one hall or department to another, carried by somebody, signed for by both sides.

    Being filled while `sent_at` is empty; on the road until `received_at`. `serial` rises without a gap in each year.
    """

    year = models.PositiveSmallIntegerField("年")
    serial = models.PositiveIntegerField("号")
    from_hall = models.ForeignKey("departments.Hall", models.PROTECT, null=True, related_name="+", verbose_name="从")
    from_department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, related_name="+", verbose_name="从"
    )
    to_hall = models.ForeignKey("departments.Hall", models.PROTECT, null=True, related_name="+", verbose_name="到")
    to_department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, related_name="+", verbose_name="到"
    )
    carrier = models.CharField("谁送", max_length=60)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("开单时间")
    sent_by_name = models.CharField("交出人", max_length=60, blank=True, default="")
    sent_at = models.DateTimeField("交出时间", null=True)
    received_by_name = models.CharField("接收人", max_length=60, blank=True, default="")
    received_at = models.DateTimeField("接收时间", null=True)
    document = models.OneToOneField("documents.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "材料交接单"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="courier_number_once"),
            models.CheckConstraint(
                condition=Q(from_hall__isnull=False) ^ Q(from_department__isnull=False), name="courier_from_one_place"
            ),
            models.CheckConstraint(
                condition=Q(to_hall__isnull=False) ^ Q(to_department__isnull=False), name="courier_to_one_place"
            ),
            models.CheckConstraint(condition=OUT_IN_ORDER, name="courier_sent_before_received"),
        ]
        indexes = [
            models.Index(fields=["from_hall", "-id"], name="courier_from_hall"),
            models.Index(fields=["to_hall", "-id"], name="courier_to_hall"),
            models.Index(fields=["from_department", "-id"], name="courier_from_department"),
            models.Index(fields=["to_department", "-id"], name="courier_to_department"),
            # What the workbench asks for: as many rows as bags are on the road.
            models.Index(fields=["sent_at"], condition=Q(received_at=None), name="courier_on_the_road"),
        ]

    def __str__(self) -> str:
        return f"交接单 {self.serial:04d}"

    @property
    def from_name(self) -> str:
        return str(self.from_hall or self.from_department)

    @property
    def to_name(self) -> str:
        return str(self.to_hall or self.to_department)


class Bundle(models.Model):
    """材料袋: originals of one case under one code. It is at exactly one place: hall, department, courier, or given back."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="bundles")
    code = models.CharField("袋号", max_length=12, unique=True)
    hall = models.ForeignKey("departments.Hall", models.PROTECT, null=True, related_name="+")
    counter = models.CharField("窗口号", max_length=10, blank=True, default="")
    department = models.ForeignKey("departments.Department", models.PROTECT, null=True, related_name="+")
    courier = models.ForeignKey(Courier, models.PROTECT, null=True, related_name="bundles")
    returned_at = models.DateTimeField("退还时间", null=True)
    made_at = models.DateTimeField("装袋时间")
    made_by_name = models.CharField("装袋人", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "材料袋"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=IN_HALL | IN_DEPARTMENT | ON_THE_ROAD | GIVEN_BACK, name="bundle_at_one_place"
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def where(self) -> str:
        """Where it is now, as a person reads it."""
        if self.returned_at is not None:
            return "已退还申请人"
        if self.courier is not None:
            return f"在路上，{self.courier}"
        if self.hall is not None:
            return f"在{self.hall}" + (f" {self.counter} 号窗口" if self.counter else "")
        return f"在{self.department}"


class BundledPaper(models.Model):
    """One original in a bag. The original of a paper is in one bag at a time (`returned`: that bag went back)."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="papers")
    material = models.ForeignKey("applications.CaseMaterial", models.PROTECT, related_name="originals")
    pieces = models.PositiveSmallIntegerField("件数", default=1)
    returned = models.BooleanField("已退还", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "袋里的原件"
        ordering = ["material__position"]
        constraints = [
            models.UniqueConstraint(fields=["material"], condition=Q(returned=False), name="original_in_one_bundle")
        ]


class CourierLine(models.Model):
    """One bag on one list. Without `out_at` it was extra: it came with the list and nobody had scanned it out.

    A bag that was scanned out and has not come stays missing until it is scanned in, here or elsewhere (`found_where`).
    """

    courier = models.ForeignKey(Courier, models.PROTECT, related_name="lines")
    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="lines")
    out_at = models.DateTimeField("扫出", null=True)
    out_by_name = models.CharField("扫出的人", max_length=60, blank=True, default="")
    in_at = models.DateTimeField("扫入", null=True)
    in_by_name = models.CharField("扫入的人", max_length=60, blank=True, default="")
    found_where = models.CharField("后来在哪里找到", max_length=100, blank=True, default="")
    settled = models.CharField("怎么回事", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "交接单上的袋"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["courier", "bundle"], name="bundle_once_per_courier"),
            models.UniqueConstraint(
                fields=["bundle"],
                condition=Q(out_at__isnull=False, in_at__isnull=True, found_where=""),
                name="bundle_on_one_open_list",
            ),
        ]

    @property
    def extra(self) -> bool:
        return self.out_at is None


class CustodyMove(models.Model):
    """去向: one move of one bag. Append-only, so that the way of an original can be told years later."""

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="moves")
    courier = models.ForeignKey(Courier, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor_name = models.CharField("谁", max_length=60)
    text = models.CharField("去向", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "原件去向"
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class SignedScan(models.Model):
    """签好的扫描件: the scan of an official paper of a case that somebody had to sign."""

    paper = models.ForeignKey("applications.CasePaper", models.PROTECT, related_name="signed_scans")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    by_name = models.CharField("谁上传的", max_length=60)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "签好的扫描件"
        ordering = ["id"]
