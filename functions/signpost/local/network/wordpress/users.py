"""Users of a blog: whose application password a request carries, and what a role may do.

Source: https://developer.wordpress.org/rest-api/using-the-rest-api/authentication/ and
https://wordpress.org/documentation/article/roles-and-capabilities/, 2026-11-22.
"""

from __future__ import annotations

import binascii
from base64 import b64decode

from signpost.local.network.accounts import Account, Place
from signpost.local.network.calls import Call
from signpost.local.network.network import Network
from signpost.local.network.refused import Refused
from signpost.local.network.wire import Request
from signpost.local.network.wordpress.book import Article
from signpost.local.network.wordpress.routes import site_of


def viewer(network: Network, request: Request) -> Account | None:
    """Whose application password a request carries; None where it carries none that is good.

    A wrong password is no error of its own: the request counts as a stranger's, as there.
    """
    scheme, _, packed = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = b64decode(packed.strip(), validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return None
    account = network.accounts.find(user, Place("wordpress", site_of(request)))
    good = account is not None and network.accounts.has_password(account, password.replace(" ", ""))
    return account if good else None


def may_write(account: Account | None) -> bool:
    """Whether a user may write drafts, and make tags for them."""
    return account is not None and account.role != "subscriber"


def may_publish(account: Account | None) -> bool:
    """Whether a user may make posts public."""
    return account is not None and account.role in {"author", "editor"}


def may_manage(account: Account | None) -> bool:
    """Whether a user may touch others' posts, and make categories."""
    return account is not None and account.role == "editor"


def may_edit(account: Account | None, article: Article) -> bool:
    """Whether a user may change an article."""
    if account is None:
        return False
    if may_manage(account):
        return True
    if article.account_id != account.id:
        return False
    # A contributor's post is out of its hands once it is public.
    return article.status != "publish" or may_publish(account)


def may_read(account: Account | None, article: Article) -> bool:
    """Whether a user, or a stranger, may see an article."""
    return article.status == "publish" or may_edit(account, article)


def forbidden(call: Call, code: str, message: str) -> Refused:
    """A refusal for want of rights: 401 to a stranger, 403 to a user."""
    return Refused(403 if call.viewer else 401, message, code)
