"""What was done to a picture before it is sent, in words; and what is known of a film."""

from __future__ import annotations

from signpost.domain.delivery import Media
from signpost.domain.media import MediaFact
from signpost.domain.picture.recipe import Change, Derivative

_NAMES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF"}


def size_told(size: int) -> str:
    """Bytes, in figures that people read."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} kB"


def made_told(media: Media, fact: MediaFact, made: Derivative | None) -> str:
    """A sentence; empty where the original is sent as it is and nothing is to be said of it.

    Args:
        fact: of the original.
        made: None where the picture is sent as it is.
    """
    if made is None or not made.changes:
        return _film_told(fact)
    told = []
    if Change.TURNED in made.changes:
        told.append("turned upright")
    before = fact.shown_size
    now = f"{media.width} × {media.height}"
    was = f"{before[0]} × {before[1]}" if before else "another size"
    if Change.CROPPED in made.changes:
        told.append(f"cropped from {was} to {now}")
    elif Change.RESIZED in made.changes:
        told.append(f"resized from {was} to {now}")
    if Change.CONVERTED in made.changes:
        told.append(f"made {_NAMES[media.mime]} of {_NAMES[fact.mime]}")
    if media.size < fact.size and set(made.changes) - {Change.CLEANED}:
        told.append(f"{size_told(media.size)} instead of {size_told(fact.size)}")
    if fact.position:
        told.append("position data removed")
    elif Change.CLEANED in made.changes:
        told.append("data of camera and programs removed")
    sentence = ", ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _film_told(fact: MediaFact) -> str:
    film = fact.film
    if film is None or film.seconds is None:
        return ""
    minutes, seconds = divmod(round(film.seconds), 60)
    size = f", {film.width} × {film.height}" if film.width else ""
    codecs = f", {' and '.join(dict.fromkeys(film.codecs))}" if film.codecs else ""
    return f"{minutes}:{seconds:02}{size}{codecs}."
