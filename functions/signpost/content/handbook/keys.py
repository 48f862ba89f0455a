"""The keys that a page of the handbook may have in its front matter."""

from __future__ import annotations

from signpost.content.shape import Key, Shape

SEARCH = Shape(
    "search",
    (
        Key("boost", "number", "Moves the page up in the site's search.", example="2"),
        Key("exclude", "flag", "Leaves the page out of it.", default="false", example="true"),
    ),
)

PAGE = Shape(
    "the page's front matter",
    (
        Key("title", "text", "Its title, in the site's navigation and in search.", required=True,
            example="Voice and tone"),
        Key("description", "text", "What a reader finds here, in one sentence.", required=True,
            example="How we sound, and how we never do."),
        Key("owner", "id", "The position that answers for it.", example="content-editor"),
        Key("review_by", "date", "The last day before it has to be read again.",
            example="2027-05-31"),
        Key("hide", "texts", "Parts of the page that the site leaves out.", example="[toc]"),
        Key("search", "mapping", "Its place in the site's search.", shape=SEARCH,
            example="{boost: 2}"),
    ),
)  # fmt: skip
"""Whether there is an owner and a date, rules of their own say."""
