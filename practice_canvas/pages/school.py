"""The pages of the whole school: overview, sub-accounts and terms."""

from practice_canvas.pages.view import Content, View
from practice_canvas.store import records
from practice_canvas.store.reads import browse, sis_imports, terms
from practice_canvas.store.records import Record
from practice_canvas.store.school import fresh

LATEST = 5


def overview(view: View) -> Content:
    """Show how much there is, and the latest SIS imports."""
    return "overview.html", {
        "school": records.find(view.db, "accounts", id=fresh.ROOT_ACCOUNT_ID),
        "totals": browse.totals(view.db),
        "imports": sis_imports.imports().rows(view.db, LATEST),
    }


def accounts(view: View) -> Content:
    """Show the accounts as a tree."""
    query = view.searched(browse.accounts(), "accounts.name", "accounts.sis_source_id")
    view.without_deleted(query, "accounts.workflow_state")
    return "accounts.html", {"accounts": view.part(query)}


def account(view: View) -> Content:
    """Show one account: what lies below it, its admins and its groups."""
    found = view.find("account")
    below = view.without_deleted(browse.accounts_below(found["id"]), "accounts.workflow_state")
    admins = view.without_deleted(
        browse.admin_roles("account_id", found["id"]), "account_users.workflow_state"
    )
    groups = view.without_deleted(browse.groups("account_id", found["id"]), "groups.workflow_state")
    parents = _parents(view, found)
    trail = [(f"accounts/{parent['id']}", parent["name"]) for parent in parents]
    return "account.html", {
        "account": browse.accounts().equal("accounts.id", found["id"]).rows(view.db, 1)[0],
        "parents": parents,
        "trail": [("accounts", "Sub-accounts"), *trail],
        "below": view.part(below),
        "admins": view.part(admins, "admins_page"),
        "groups": view.part(groups, "groups_page"),
    }


def _parents(view: View, account: Record) -> list[Record]:
    """Return the accounts above one, the root account first."""
    above: list[Record] = []
    while parent := records.find(view.db, "accounts", id=account["parent_account_id"]):
        above.insert(0, parent)
        account = parent
    return above


def all_terms(view: View) -> Content:
    """Show the terms with their dates."""
    query = view.searched(browse.terms(), "name", "sis_source_id")
    part = view.part(view.without_deleted(query, "workflow_state"))
    overrides = {term["id"]: terms.overrides(view.db, term["id"]) for term in part.rows}
    return "terms.html", {"terms": part, "overrides": overrides}
