from matters.models.field import Field
from matters.models.item import Item, ItemField, ItemMaterial
from matters.models.loaded import LoadedRow
from matters.models.material import Material
from matters.models.matter import Matter
from matters.models.question import Choice, Question
from matters.models.revision import Revision
from matters.models.step import Step

__all__ = [
    "Choice",
    "Field",
    "Item",
    "ItemField",
    "ItemMaterial",
    "LoadedRow",
    "Material",
    "Matter",
    "Question",
    "Revision",
    "Step",
]
