"""The routes for pictures: upload in one piece or in segments, and alternative text."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from tests.fakes.x_server import problems
from tests.fakes.x_server.call import Call, checked_id
from tests.fakes.x_server.problems import Answer
from tests.fakes.x_server.world import XMedia

# Categories and types: schemas MediaUploadRequest and InitializeMediaUploadRequest.
_CATEGORIES = {"tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"}
MAX_IMAGE_BYTES = 5 * 1024 * 1024  # X documentation, media best practices
MAX_ALT_TEXT = 1000  # schema CreateMediaMetadataMetadataAltText
EXPIRES_AFTER = 86_400


def upload(call: Call) -> Answer:
    """POST /2/media/upload with base64 in JSON (schemas MediaUploadRequest, MediaUploadResponse)."""
    body = call.only({"media": str, "media_category": str, "additional_owners": str})
    if body.get("media_category") not in _CATEGORIES:
        raise problems.invalid("`media_category` is not one of the categories.", "media_category")
    return _uploaded(_kept(call, _decoded(body.get("media", ""))))


def initialize(call: Call) -> Answer:
    """POST /2/media/upload/initialize: opens an upload in segments."""
    call.only({"media_category": str, "media_type": str, "total_bytes": int, "shared": bool, "additional_owners": list})
    return _uploaded(_kept(call, b"", finished=False), sized=False)


def append(call: Call) -> Answer:
    """POST /2/media/upload/:id/append: one segment, base64 in JSON; the same index again replaces it."""
    body = call.only({"media": str, "segment_index": int})
    index = body.get("segment_index", -1)
    if not 0 <= index <= 999:
        raise problems.invalid("`segment_index` is not between 0 and 999.", "segment_index", str(index))
    _own(call, call.parts["media"]).segments[index] = _decoded(body.get("media", ""))
    return Answer(200, {"data": {"expires_at": int(call.world.now().timestamp()) + EXPIRES_AFTER}})


def finalize(call: Call) -> Answer:
    """POST /2/media/upload/:id/finalize: joins the segments; the picture may be used from now on."""
    found = _own(call, call.parts["media"])
    found.content = b"".join(found.segments[index] for index in sorted(found.segments))
    found.finished = True
    return _uploaded(found)


def metadata(call: Call) -> Answer:
    """POST /2/media/metadata: alternative text, up to 1,000 characters (schema CreateMediaMetadataRequest)."""
    body = call.only({"id": str, "metadata": dict})
    found = _own(call, checked_id("id", body.get("id")))
    alt = call.only({"alt_text": dict}, inside="metadata").get("alt_text", {})
    text = alt.get("text")
    if not isinstance(text, str) or len(text) > MAX_ALT_TEXT:
        raise problems.invalid("`alt_text` is not a text of at most 1,000 characters.", "metadata.alt_text.text")
    found.alt_text = text
    return Answer(200, {"data": {"id": found.id, "associated_metadata": {"alt_text": {"text": text}}}})


def _kept(call: Call, content: bytes, finished: bool = True) -> XMedia:
    if len(content) > MAX_IMAGE_BYTES:
        raise problems.invalid("The picture is larger than 5 MB.", "media")
    made = XMedia(call.world.new_id(), call.account.username, content, finished=finished)
    call.world.media[made.id] = made
    return made


def _own(call: Call, media_id: str) -> XMedia:
    found = call.world.media.get(checked_id("id", media_id))
    if found is None or found.username != call.account.username:
        raise problems.not_found("media", "id", media_id)
    return found


def _decoded(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise problems.invalid("`media` is not base64.", "media")
    return content


def _uploaded(media: XMedia, sized: bool = True) -> Answer:
    said: dict[str, Any] = {"id": media.id, "media_key": f"3_{media.id}", "expires_after_secs": EXPIRES_AFTER}
    if sized:
        said["size"] = len(media.content)
    return Answer(200, {"data": said})
