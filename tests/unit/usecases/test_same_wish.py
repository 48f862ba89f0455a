"""A push of another post, while a send of pictures that were made to fit is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.domain.delivery import Media
from signpost.domain.lifecycle import State
from signpost.domain.outcome import Absent, Ambiguous, Published
from tests.fakes.connector import FakeConnector
from tests.unit.usecases.stage import Stage

ORIGINAL, MADE = (Media(name * 64, "image/png", 3, "A boot") for name in "ab")


@pytest.mark.parametrize(("text", "state"), [("Wax it", State.PUBLISHED), ("Wax them", State.HELD)])
def test_invariant_18_a_line_that_names_the_originals_is_the_same_wish(
    text: str, state: State
) -> None:
    """It is sent again as it was made; an edit of its text is an edit still."""
    connector = FakeConnector(
        [Ambiguous("?"), Published("0", "")], answers=[Absent() for _ in range(9)]
    )
    connector.spec = connector.spec._replace(usable_key=True)
    stage = Stage(connector)
    stage.objects.create(f"media/{MADE.sha256}", b"png", MADE.mime)
    before, after = (
        stage.delivery(texts=(words,), media=(ORIGINAL,)) for words in ("Wax it", text)
    )
    recipes = "r" * 16
    made = stage.delivery(
        texts=("Wax it",), media=(MADE,), made_from=f"{before.revision}:{recipes}"
    )
    assert stage.push(made).accepted
    stage.work()
    assert stage.row().state is State.AMBIGUOUS
    unmade = replace(after, made_from=f"{after.revision}:{recipes}")
    assert stage.push(unmade, stage.delivery("other", 50_000.0)).accepted
    assert stage.settle_all() is state
    assert len(connector.sendings) == (2 if state is State.PUBLISHED else 1)
    assert stage.row().revision == made.revision
