"""Who may do what to the catalogue. Reading it needs nobody's leave; changing it needs an editor's post."""

from departments.access import SYSTEM, Actor, may_edit_catalogue
from foundation.errors import NotAllowed


def may_edit(actor: Actor) -> bool:
    """Catalogue administrators, who keeps the system, and the system itself when it loads the source files."""
    return may_edit_catalogue(actor) or actor is SYSTEM


def require_editor(actor: Actor) -> None:
    """Raises NotAllowed for everybody who may not edit and publish."""
    if not may_edit(actor):
        raise NotAllowed("只有目录管理员可以修改和发布目录。")
