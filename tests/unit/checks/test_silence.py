"""Silences: what they hide, and above all what they do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.checks.registry import RULES
from signpost.checks.silence import Silence, apply_silences
from signpost.domain.diagnostics import Diagnostic, Span

FREE = sorted(rule.code for rule in RULES if rule.silenceable)
BOUND = sorted(rule.code for rule in RULES if not rule.silenceable)
PATHS = ("shop/posts/a.md", "shop/posts/b/index.md", "shop/posts/b/main.md", "shop/brand.yaml")
OURS = {"YML504", "YML505"}


def silence(
    text: str, *, path: str = PATHS[0], line: int = 3, covers: Sequence[str] = ()
) -> Silence:
    return Silence(Span(path, 3, 1), text, line, tuple(covers) or (path,), 40, (40, 90))


def finding(code: str, line: int = 3, path: str = PATHS[0]) -> Diagnostic:
    return Diagnostic(Span(path, line), code, "Cause.", "Remedy.")


def test_its_own_finding_is_hidden_with_the_reason() -> None:
    kept, hidden = apply_silences(
        [finding("TXT102")], [silence("# signpost: allow TXT102 so")], RULES
    )
    assert kept == []
    assert [(item.finding.code, item.by.reason) for item in hidden] == [("TXT102", "so")]


@pytest.mark.parametrize(
    ("text", "codes", "reason"),
    [
        ("# signpost: allow TXT102 a jingle", ["TXT102"], "a jingle"),
        ("#signpost:allow TXT102,YML505 a jingle", ["TXT102", "YML505"], "a jingle"),
        ("#  Signpost : Allow TXT102 , YML505: a jingle", ["TXT102", "YML505"], "a jingle"),
        ("# signpost: allow: TXT102 — a jingle", ["TXT102"], "a jingle"),
        ("# signpost: allow TXT102", ["TXT102"], ""),
        ("# signpost: allow TXT102, ", ["TXT102"], ""),
        ("# signpost: allow", [], ""),
    ],
)
def test_a_comment_is_read_as_people_write_it(text: str, codes: list[str], reason: str) -> None:
    verb, words, why = silence(text).wording
    assert (verb.lower(), [word.text for word in words], why) == ("allow", codes, reason)
    assert all(text[word.at :].startswith(word.text) for word in words)


@pytest.mark.parametrize(
    ("text", "cause", "remedy"),
    [
        ("# signpost: allow", "names no code", "allow CODE reason"),
        ("# signpost: ignore TXT102 x", "`signpost: ignore` silences nothing", "allow CODE"),
        ("# signpost: allow TXT102", "has no reason", "Say why"),
        ("# signpost: allow TXT102 ...", "has no reason", "Say why"),
        ("# signpost: allow TXT102 YML505 both", "no comma", "TXT102, "),
        ("# signpost: allow TXT112 typing", "no rule `TXT112`", "Did you mean `TXT102`?"),
        ("# signpost: allow txt102 typing", "no rule `txt102`", "Did you mean `TXT102`?"),
        ("# signpost: allow alt-text typing", "no rule `alt-text`", "Did you mean `MED201`?"),
        ("# signpost: allow TXT101 too long", "`TXT101` (text-does-not-fit) cannot", "explain"),
    ],
)
def test_a_wrong_silence_hides_nothing_and_says_why(text: str, cause: str, remedy: str) -> None:
    found = [finding(code) for code in ("TXT101", "TXT102", "MED201")]
    kept, hidden = apply_silences(found, [silence(text)], RULES)
    assert hidden == []
    assert set(found) < set(kept)
    (told,) = set(kept) - set(found)
    assert told.code == "YML504"
    assert cause in told.cause
    assert remedy in told.remedy


def test_one_wrong_code_does_not_spoil_the_others() -> None:
    text = "# signpost: allow TXT999, TXT102 a jingle"
    kept, hidden = apply_silences([finding("TXT102")], [silence(text)], RULES)
    assert [item.code for item in kept] == ["YML504"]
    assert kept[0].span.column == 19
    assert len(hidden) == 1


def test_what_hides_nothing_is_a_warning_with_an_edit() -> None:
    kept, _ = apply_silences([], [silence("# signpost: allow TXT102 gone")], RULES)
    (told,) = kept
    assert (told.code, str(told.severity)) == ("YML505", "warning")
    assert told.fix is not None
    assert (told.fix.start, told.fix.end, told.fix.text) == (40, 90, "")


def test_of_two_codes_only_the_idle_one_is_taken_out() -> None:
    other = next(code for code in FREE if code != "TXT102")
    comment = silence(f"# signpost: allow TXT102, {other} both")
    kept, hidden = apply_silences([finding("TXT102")], [comment], RULES)
    assert len(hidden) == 1
    (told,) = kept
    assert told.fix is not None
    begin = told.fix.start - comment.start
    after = comment.text[:begin] + told.fix.text + comment.text[told.fix.end - comment.start :]
    assert after == "# signpost: allow TXT102 both"


@pytest.mark.parametrize("faulty", ["shop/posts/a.md", "shop/brand.yaml", "signpost.yaml"])
def test_nothing_is_called_idle_where_rules_may_not_have_run(faulty: str) -> None:
    comment = silence("# signpost: allow TXT102 so")
    assert apply_silences([], [comment], RULES, faulty={faulty}) == ([], [])
    assert apply_silences([], [comment], RULES, whole=False) == ([], [])
    kept, _ = apply_silences([], [comment], RULES, faulty={"shop/posts/other.md", "inn/brand.yaml"})
    assert [item.code for item in kept] == ["YML505"]


FINDINGS = st.builds(
    finding,
    st.sampled_from(FREE[:3] + BOUND[:3]),
    st.integers(1, 4),
    st.sampled_from(PATHS),
)
SILENCES = st.builds(
    lambda codes, reason, path, line: silence(
        f"# signpost: allow {', '.join(codes)} {reason}",
        path=path,
        line=line,
        covers=PATHS[1:3] if line == 0 and path == PATHS[1] else (),
    ),
    st.lists(st.sampled_from([*FREE[:3], *BOUND[:3], "TXT999"]), min_size=1, max_size=3),
    st.sampled_from(["", "because", "-"]),
    st.sampled_from(PATHS),
    st.integers(0, 4),
)


@given(st.lists(FINDINGS, max_size=8), st.lists(SILENCES, max_size=4))
def test_nothing_of_another_code_line_or_file_is_ever_hidden(
    found: list[Diagnostic], silences: list[Silence]
) -> None:
    kept, hidden = apply_silences(found, silences, RULES)
    for item in hidden:
        _verb, words, reason = item.by.wording
        assert item.finding.code in {word.text for word in words}
        assert item.finding.code in FREE
        assert item.finding.span.path in item.by.covers
        assert item.by.line in {0, item.finding.span.line}
        assert reason == "because"
    # Nothing is lost and nothing but our own two rules is added.
    rest = [item for item in kept if item.code not in OURS]
    assert sorted([*rest, *(item.finding for item in hidden)], key=str) == sorted(found, key=str)


@given(st.lists(FINDINGS, max_size=8), SILENCES)
def test_a_silence_moved_to_another_file_hides_nothing_of_this_one(
    found: list[Diagnostic], comment: Silence
) -> None:
    elsewhere = comment._replace(covers=("inn/brand.yaml",))
    _, hidden = apply_silences(found, [elsewhere], RULES)
    assert hidden == []
