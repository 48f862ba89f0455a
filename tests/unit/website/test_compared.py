"""What changed is told sentence by sentence."""

from __future__ import annotations

from signpost.domain.website.compared import Changed, compare, difference_html, sentences, shown

HEAD = "---\ntitle: Voice\nreview_by: 2027-05-31\n---\n\n"


def test_a_page_is_cut_into_sentences_items_and_rows() -> None:
    text = (
        HEAD
        + "# Voice\n\nWe are calm. We\nmend first.\n\n- One. Two.\n- Three\n\n| a | b |\n|---|---|\n| c | d |\n"
    )
    assert sentences(text) == ["# Voice", "We are calm.", "We mend first.", "- One.", "Two.",
                               "- Three", "| a | b |", "| c | d |"]  # fmt: skip


def test_a_new_line_break_changes_nothing() -> None:
    assert compare({"a.md": "We mend\nfirst."}, {"a.md": "We\nmend first."}) == []


def test_a_changed_a_new_and_a_gone_sentence_are_told_apart() -> None:
    (found,) = compare(
        {"a.md": HEAD + "We mend old boots first. Never shout.\n"},
        {"a.md": HEAD + "We mend old tents first. Answer within two hours.\n"},
    )
    assert (found.title, found.kind) == ("Voice", "changed")
    assert found.sentences == (
        Changed("We mend old boots first.", "We mend old tents first."),
        Changed("Never shout.", ""),
        Changed("", "Answer within two hours."),
    )
    assert "old <del>boots</del><ins>tents</ins> first" in difference_html(found.sentences[0])
    assert "<del>Never shout.</del>" in difference_html(found.sentences[1])


def test_pages_come_and_go() -> None:
    kinds = {item.path: item.kind for item in compare({"a.md": "Old."}, {"b.md": "New."})}
    assert kinds == {"a.md": "gone", "b.md": "new"}


def test_data_is_compared_line_by_line_without_comments() -> None:
    (found,) = compare({"k.yaml": "# x\nvalue: 400\n"}, {"k.yaml": "# y\nvalue: 450\n"})
    assert found.sentences == (Changed("value: 400", "value: 450"),)


def test_a_link_that_leads_elsewhere_is_shown_as_it_is_written() -> None:
    html = difference_html(Changed("See [this](a.md).", "See [this](b.md)."))
    assert "<del>a</del><ins>b</ins>" in html
    assert shown("- [ ] **Read** [this](a.md).") == "Read this."


def test_words_of_others_are_escaped() -> None:
    html = difference_html(Changed("", "<script>alert(1)</script>"))
    assert "<script>" not in html
