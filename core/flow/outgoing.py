"""What leaves the house for one delivery: its exact bytes, and the one publishing call of its act."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from core.domain.deliveries import Act, Delivery, Receipt
from core.domain.lines import Account
from core.domain.notices import PostPicture
from core.flow.handed import link_to
from core.flow.knowledge import Knowledge
from core.ports.channel import Channel, Outgoing, OutgoingPicture, PostRefused


def publish(channel: Channel, account: Account, know: Knowledge, delivery: Delivery, now: datetime) -> Receipt:
    """The one call that the delivery's act asks for. Raises what the port's Channel raises."""
    match delivery.key.act:
        case Act.POST:
            return channel.publish(account, outgoing(know, delivery))
        case Act.REPOST:
            if delivery.needs_receipt is None:
                raise PostRefused("the post that it repeats has no receipt")
            return channel.repost(account, delivery.needs_receipt)
        case Act.REMOVE:
            if delivery.needs_receipt is None:
                raise PostRefused("what it takes down has no receipt")
            channel.remove(account, delivery.needs_receipt)
            return delivery.needs_receipt.model_copy(update={"at": now})


def outgoing(know: Knowledge, delivery: Delivery) -> Outgoing:
    """The exact bytes of a delivery. Raises PostRefused when it holds none, or another picture than was approved."""
    post = delivery.post
    if post is None:
        raise PostRefused("the delivery holds no post")
    return Outgoing(
        text=post.text,
        spoken=post.spoken,
        language=post.language,
        reply_to=delivery.reply_receipt,
        reference=delivery.reference,
        said_at=delivery.said_at,
        platform_key=know.identity.platform_key(delivery.key),
        picture=None if post.picture is None else _picture(know, delivery, post.picture),
    )


def _picture(know: Knowledge, delivery: Delivery, named: PostPicture) -> OutgoingPicture:
    """The picture that a post names; a post is never sent without it, nor with other bytes under its name."""
    content = delivery.picture
    if content is None:
        raise PostRefused("the post's picture is there no more")
    if sha256(content).hexdigest() != named.sha256:
        raise PostRefused("the picture is not the one that was approved")
    return OutgoingPicture(
        content=content,
        media_type=named.media_type,
        alt=named.alt,
        width=named.width,
        height=named.height,
        link=link_to(know, delivery.key),
    )
