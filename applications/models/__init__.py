from applications.models.application import Application
from applications.models.approval import Approval
from applications.models.charge import Charge, ChargeState, Payment
from applications.models.cocheck import Card, CoCheck
from applications.models.consultation import Consultation
from applications.models.custody import Bundle, BundledPaper, Courier, CourierLine, CustodyMove, SignedScan
from applications.models.document import CasePaper, Certificate, Delivery
from applications.models.draft import Draft, HelpAct
from applications.models.event import Correction, Event
from applications.models.exchange import ExchangeRow, Push, Rekeying, SystemAct
from applications.models.fetch import Fetch, Reading, Verification
from applications.models.hearing import Hearing
from applications.models.inspection import Inspection, InspectionPart, InspectionPhoto
from applications.models.item_change import ItemChange
from applications.models.legal_wait import LegalWait
from applications.models.library import LibraryRecord
from applications.models.look import Look, Purpose, TaskSeen
from applications.models.material import CaseMaterial, DeferralBreach, FieldFix, MaterialFile, MaterialPart
from applications.models.oversight import Oversight
from applications.models.promise_check import PromiseCheck
from applications.models.rating import Rating, Repair
from applications.models.receipt_block import PaperReceipt, ReceiptBlock
from applications.models.recount import MovedDay, Recount
from applications.models.task import Suspension, Task
from applications.models.urge import Urge
from applications.models.vault import VaultPaper

__all__ = [
    "Application",
    "Approval",
    "Bundle",
    "BundledPaper",
    "Card",
    "CaseMaterial",
    "CasePaper",
    "Certificate",
    "Charge",
    "ChargeState",
    "CoCheck",
    "Consultation",
    "Correction",
    "Courier",
    "CourierLine",
    "CustodyMove",
    "DeferralBreach",
    "Delivery",
    "Draft",
    "Event",
    "ExchangeRow",
    "Fetch",
    "FieldFix",
    "Hearing",
    "HelpAct",
    "Inspection",
    "InspectionPart",
    "InspectionPhoto",
    "ItemChange",
    "LegalWait",
    "LibraryRecord",
    "Look",
    "MaterialFile",
    "MaterialPart",
    "MovedDay",
    "Oversight",
    "PaperReceipt",
    "Payment",
    "PromiseCheck",
    "Purpose",
    "Push",
    "Rating",
    "Reading",
    "ReceiptBlock",
    "Recount",
    "Rekeying",
    "Repair",
    "SignedScan",
    "Suspension",
    "SystemAct",
    "Task",
    "TaskSeen",
    "Urge",
    "VaultPaper",
    "Verification",
]
