"""What to write first, for each usual type of post."""

from __future__ import annotations

HINTS = {
    "how-to": "Say what the reader can do afterwards. Then the steps, one a line.",
    "story": "Who, where, what happened. End with what it means for the reader.",
    "infographic": "One sentence that says what the picture shows; the picture says the rest.",
    "video": "What is to be seen, and why it is worth the time.",
    "promotion": "What is offered, for whom, until when, at what price.",
    "contest": "What to do, what can be won, until when, and where the conditions stand.",
    "announcement": "What is new, from when, and what changes for the reader.",
    "question": "One question that is easy to answer.",
}
ANY = "Write what the audience should read, as plain text."
