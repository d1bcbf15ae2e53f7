"""The exercise of 00 Start here."""

from helpers.client.canvas_client import CanvasClient
from helpers.lesson.exercise import NotYet, need


def account(client: CanvasClient, my_account_id: object) -> str:
    """Check the ID of the root account. Calls: GET /api/v1/accounts/self."""
    need(my_account_id, "my_account_id")
    root = client.get_account()
    answer = str(my_account_id).strip()
    if answer == "self":
        raise NotYet("self is a word that requests use instead of the id; the account has a number, too.")
    if not answer.isdecimal():
        raise NotYet("an account's id is a number, and my_account_id is something else.")
    if answer != str(root["id"]):
        raise NotYet(f"that is not the id of the account {root['name']}.")
    return f"{root['id']} is the id of the account {root['name']}."
