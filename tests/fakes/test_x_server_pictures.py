"""Pictures on the loopback X: upload, alternative text, and how they go with a post."""

from __future__ import annotations

import base64

import pytest
import tweepy


def test_a_picture_in_one_piece_or_in_segments_goes_with_a_post(x, speaks):
    picture = base64.b64encode(b"made-up picture").decode()
    body = {"media": picture, "media_category": "tweet_image"}
    whole = speaks.request("POST", "/2/media/upload", json=body, user_auth=True).json()["data"]["id"]
    begun = speaks.request("POST", "/2/media/upload/initialize", json={"total_bytes": 15}, user_auth=True)
    pieces = begun.json()["data"]["id"]
    with pytest.raises(tweepy.BadRequest, match="media IDs are invalid"):
        speaks.create_tweet(text="too early", media_ids=[pieces], user_auth=True)
    for index, piece in enumerate((b"made-up ", b"picture")):
        segment = {"media": base64.b64encode(piece).decode(), "segment_index": index}
        speaks.request("POST", f"/2/media/upload/{pieces}/append", json=segment, user_auth=True)
    speaks.request("POST", f"/2/media/upload/{pieces}/finalize", user_auth=True)
    alt = {"id": whole, "metadata": {"alt_text": {"text": "A made-up station"}}}
    speaks.request("POST", "/2/media/metadata", json=alt, user_auth=True)
    speaks.create_tweet(text="look", media_ids=[whole, pieces], user_auth=True)
    assert x.posts()[0].media_ids == (whole, pieces)
    assert [x.media(one).content for one in (whole, pieces)] == [b"made-up picture"] * 2
    assert x.media(whole).alt_text == "A made-up station"


def test_alternative_text_has_at_most_1000_characters(x, speaks):
    picture = base64.b64encode(b"made-up").decode()
    body = {"media": picture, "media_category": "tweet_image"}
    media_id = speaks.request("POST", "/2/media/upload", json=body, user_auth=True).json()["data"]["id"]
    alt = {"id": media_id, "metadata": {"alt_text": {"text": "a" * 1001}}}
    with pytest.raises(tweepy.BadRequest):
        speaks.request("POST", "/2/media/metadata", json=alt, user_auth=True)
    assert x.media(media_id).alt_text == ""
