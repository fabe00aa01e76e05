"""One account's voice on Bluesky: each method one act, whose publishing call is never repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from atproto_client import models
from atproto_client.client.raw import ClientRaw

from core.adapters.channels.bluesky.keys import POST, REPOST, Address, post_key, repost_key
from core.adapters.channels.bluesky.rich_text import facets
from core.adapters.channels.bluesky.sessions import Door, Session, Sessions
from core.adapters.channels.bluesky.verdicts import READ_AGAIN_SECONDS, Doing, Judge, NoSuchRecord, TokenOver
from core.adapters.channels.bluesky.windows import windows_of
from core.adapters.channels.bluesky.wire import heard_by
from core.adapters.http import Hidden
from core.domain.accounts import WhoAmI
from core.domain.lines import Account
from core.ports.channel import LimitSeen, LoginNeeded, OutcomeUnknown, Outgoing, OutgoingPicture, PostDeferred
from core.ports.secrets import Secrets

PAGE = 100
"""Records of a page: the most that a server gives (lexicon of listRecords). Reading has no price."""
MOST_PAGES = 100
"""A listing that is not through after so many pages (ten thousand records) says that it saw not all."""
Headers = dict[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a repository holds it; `cid` is the hash of its content."""

    address: Address
    cid: str
    value: Mapping[str, Any]

    def reference(self) -> dict[str, str]:
        """A strong reference: where it is and what it said then."""
        return {"uri": str(self.address), "cid": self.cid}


class Speaker:
    """Calls Bluesky for one account. Every method raises the port's errors only."""

    def __init__(
        self,
        account: Account,
        secrets: Secrets,
        client: ClientRaw,
        now: Callable[[], datetime],
        heard: Callable[[Iterable[LimitSeen]], None],
    ) -> None:
        self._account = account
        self._heard = heard
        self._client = client
        self._now = now
        self._sessions = Sessions(secrets, account, Door(self._enter, self._refresh))

    @property
    def did(self) -> str | None:
        """Whose repository this voice writes, where that is known without asking."""
        held = self._sessions.held
        return held.did if held is not None else None

    def me(self) -> WhoAmI:
        """Who the credentials are. Raises LoginNeeded, PostDeferred."""
        found = self._authorised(
            Doing.SESSION, lambda headers, _: self._client.com.atproto.server.get_session(headers=headers)
        )
        if found.active is False:
            raise LoginNeeded(f"Bluesky lets {self._account.id} do nothing until a person acts: it is {found.status}")
        return WhoAmI(platform_id=found.did, handle=found.handle)

    def post(self, outgoing: Outgoing, parent: Record | None) -> Record:
        """Publish under the delivery's own key."""
        value: dict[str, Any] = {"$type": POST, "text": outgoing.text, "langs": [outgoing.language]}
        found = facets(outgoing.text, self._did_of)
        if found:
            value["facets"] = found
        if parent is not None:
            value["reply"] = {"root": _root(parent), "parent": parent.reference()}
        if outgoing.picture is not None:
            value["embed"] = self._embedded(outgoing.picture)
        return self._create(POST, lambda did: post_key(outgoing.platform_key), value)

    def _embedded(self, picture: OutgoingPicture) -> dict[str, Any]:
        """The picture uploaded, as a post holds it: its alt text lies in the post. An upload shows nowhere before a
        post names it, and goes by itself when none does. Raises PostDeferred, PostRefused, LoginNeeded."""

        def call(headers: Headers, _: Session) -> Mapping[str, Any]:
            typed = {**headers, "Content-Type": picture.media_type}
            body = self._client.invoke_procedure(
                "com.atproto.repo.uploadBlob", content=picture.content, input_encoding=picture.media_type, headers=typed
            ).content
            blob = body.get("blob") if isinstance(body, dict) else None
            if not isinstance(blob, dict):
                raise PostDeferred("Bluesky's answer names no picture", READ_AGAIN_SECONDS)
            return blob

        size = {"width": picture.width, "height": picture.height}
        shown = {"alt": picture.alt, "image": self._authorised(Doing.PREPARE, call), "aspectRatio": size}
        return {"$type": "app.bsky.embed.images", "images": [shown]}

    def repost(self, target: Record) -> Record:
        """Repost under this account's one key for that post."""
        value = {"$type": REPOST, "subject": target.reference()}
        return self._create(REPOST, lambda did: repost_key(did, target.address), value)

    def own(self, collection: str, key: Callable[[str], str]) -> Record | None:
        """A record of the account's own repository, read where it was written; None when it surely isn't there."""
        return self._read(lambda did: Address(did, collection, key(did)))

    def read(self, address: Address) -> Record | None:
        """A record of anybody's; None when the server says that it isn't there."""
        return self._read(lambda did: address)

    def pages(self, collection: str) -> Iterator[tuple[Mapping[str, Any], ...]]:
        """The account's own records of a collection as plain JSON, page by page to the end, or for MOST_PAGES pages:
        the last one is empty where it came to the end. Raises LoginNeeded, PostDeferred."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            rows, cursor = self._page(collection, cursor)
            yield rows
            if rows and cursor is None:
                yield ()
            if not rows or cursor is None:
                return

    def _page(self, collection: str, cursor: str | None) -> tuple[tuple[Mapping[str, Any], ...], str | None]:
        def call(headers: Headers, session: Session) -> tuple[tuple[Mapping[str, Any], ...], str | None]:
            params = models.ComAtprotoRepoListRecords.Params(
                repo=session.did, collection=collection, limit=PAGE, cursor=cursor
            )
            body = self._client.invoke_query("com.atproto.repo.listRecords", params=params, headers=headers).content
            rows = body.get("records") if isinstance(body, dict) else None
            if not isinstance(body, dict) or not isinstance(rows, list):
                raise PostDeferred("Bluesky can't be asked: its answer holds no listing", READ_AGAIN_SECONDS)
            after = body.get("cursor")
            return tuple(row for row in rows if isinstance(row, dict)), after if isinstance(after, str) else None

        return self._authorised(Doing.READ, call)

    def delete(self, address: Address) -> None:
        """Delete a record of the account's own; one that is gone is no error."""

        def call(headers: Headers, session: Session) -> object:
            asked = models.ComAtprotoRepoDeleteRecord.Data(
                repo=session.did, collection=address.collection, rkey=address.key
            )
            return self._client.com.atproto.repo.delete_record(asked, headers=headers)

        self._authorised(Doing.WRITE, call)

    def own_did(self) -> str:
        """Whose repository this voice writes. Raises LoginNeeded, PostDeferred."""
        return self._sessions.current().did

    def _create(self, collection: str, key: Callable[[str], str], value: dict[str, Any]) -> Record:
        """One createRecord. A key that is there already answers 500, which is unknown and gets looked up."""
        value["createdAt"] = self._now().isoformat().replace("+00:00", "Z")

        def call(headers: Headers, session: Session) -> Record:
            address = Address(session.did, collection, key(session.did))
            asked = models.ComAtprotoRepoCreateRecord.Data(
                repo=session.did, collection=collection, rkey=address.key, record=value
            )
            made = self._client.com.atproto.repo.create_record(asked, headers=headers)
            if made.uri != str(address):
                raise OutcomeUnknown("Bluesky may have taken it: its answer names another record")
            return Record(address, made.cid, value)

        return self._authorised(Doing.WRITE, call)

    def _read(self, address_of: Callable[[str], Address]) -> Record | None:
        """As plain JSON: a record may hold anything, while the SDK's models refuse what they don't know."""

        def call(headers: Headers, session: Session) -> Record:
            address = address_of(session.did)
            asked = {"repo": address.did, "collection": address.collection, "rkey": address.key}
            params = models.ComAtprotoRepoGetRecord.Params(**asked)
            body = self._client.invoke_query("com.atproto.repo.getRecord", params=params, headers=headers).content
            if not isinstance(body, dict) or body.get("uri") != str(address) or not isinstance(body.get("value"), dict):
                raise PostDeferred("Bluesky can't be asked: its answer holds no record", READ_AGAIN_SECONDS)
            return Record(address, str(body.get("cid")), body["value"])

        try:
            return self._authorised(Doing.READ, call)
        except NoSuchRecord:
            return None

    def _did_of(self, handle: str) -> str | None:
        """Whose a handle is; None for nobody's: a mention of nobody stays plain text."""

        def call(headers: Headers, _: Session) -> str:
            asked = models.ComAtprotoIdentityResolveHandle.Params(handle=handle)
            return str(self._client.com.atproto.identity.resolve_handle(asked, headers=headers).did)

        try:
            return self._authorised(Doing.NAME, call)
        except NoSuchRecord:
            return None

    def _authorised(self, doing: Doing, call: Callable[[Headers, Session], T]) -> T:
        """One call with the session's token, and when that turns out to be over, the same with a fresh one: a call
        that was refused for its token did nothing."""
        session = self._sessions.current()
        try:
            return self._called(doing, lambda: call(_bearer(session.access), session))
        except TokenOver:
            session = self._sessions.renewed(session)
        try:
            return self._called(doing, lambda: call(_bearer(session.access), session))
        except TokenOver as over:
            why = f"Bluesky takes no session of {self._account.id}: {over}"
        raise LoginNeeded(why)

    def _called(self, doing: Doing, call: Callable[[], T], hidden: tuple[str, ...] = ()) -> T:
        """Whatever the SDK or httpx raise is judged; it isn't kept as the cause, because it may hold the request."""
        try:
            with heard_by(lambda response: self._heard(windows_of(response, self._now()))):
                return call()
        except (PostDeferred, OutcomeUnknown):
            raise
        except Exception as error:  # noqa: BLE001 - an SDK may raise anything
            judge = Judge(self._account.id, Hidden((*hidden, *self._sessions.hidden())))
            judged = judge.judged(error, doing, self._now())
        raise judged

    def _enter(self, password: str) -> Session:
        asked = models.ComAtprotoServerCreateSession.Data(identifier=self._account.handle, password=password)
        made = self._called(
            Doing.SESSION, lambda: self._client.com.atproto.server.create_session(asked), hidden=(password,)
        )
        return Session(made.did, made.handle, made.access_jwt, made.refresh_jwt)

    def _refresh(self, worn: Session) -> Session:
        made = self._called(
            Doing.SESSION,
            lambda: self._client.com.atproto.server.refresh_session(headers=_bearer(worn.refresh)),
            hidden=(worn.access, worn.refresh),
        )
        return Session(made.did, made.handle, made.access_jwt, made.refresh_jwt)


def _bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


def _root(parent: Record) -> dict[str, str]:
    """The first post of the parent's thread; the parent itself where it answers nothing."""
    reply = parent.value.get("reply")
    root = reply.get("root") if isinstance(reply, dict) else None
    if isinstance(root, dict) and isinstance(root.get("uri"), str) and isinstance(root.get("cid"), str):
        return {"uri": root["uri"], "cid": root["cid"]}
    return parent.reference()
