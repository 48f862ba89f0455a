"""Documents say what is so: links lead somewhere, commands and options exist, lists are complete."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from signpost.checks.handbook.registry import HANDBOOK_RULES
from signpost.checks.registry import RULES
from signpost.cli.main import COMMANDS, cli
from signpost.connectors.registry import Registry
from signpost.content.posts import PostFiles, read_post
from tests.cloudformation import load

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)>\s]+)>?\)")
_CODE = re.compile(r"`([^`\n]+)`")


def text_of(page: str) -> str:
    """The page as it is committed."""
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """What a `#fragment` may name: GitHub's form of each heading.

    Source: https://docs.github.com/en/get-started/writing-on-github (noted 2026-11-22): lower case,
    spaces become hyphens, other punctuation goes.
    """
    heads = re.findall(r"^#+ +(.+?) *$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def code_of(page: str) -> Iterator[str]:
    """Each line of code that a reader might copy: of blocks, and between backticks."""
    text = text_of(page)
    for _, block in _FENCE.findall(text):
        yield from (line.strip().removeprefix("$ ") for line in block.splitlines())
    yield from _CODE.findall(_FENCE.sub("", text))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    dead = []
    for link in _LINK.findall(_FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not target.exists() or (
            fragment and fragment not in anchors(target.read_text(encoding="utf-8"))
        ):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_reached_and_has_one_title(page: str) -> None:
    text = _FENCE.sub("", text_of(page))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    if page == "README.md":
        return
    linked = {
        ((ROOT / other).parent / link.partition("#")[0]).resolve()
        for other in PAGES
        if other != page
        for link in _LINK.findall(text_of(other))
    }
    own = (ROOT / page).resolve()
    assert own in linked or own.parent in linked, f"no page leads to {page}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_that_is_shown_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    wrong = []
    for line in code_of(page):
        for part in re.split(r"\s*(?:&&|\||;)\s*", line.partition("   #")[0]):
            words = part.split()
            if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets:
                wrong.append(line)
            if "-m" in words[:3] and words[0].rpartition("/")[2].startswith("python"):
                module = words[words.index("-m") + 1]
                if module.startswith(("signpost", "tests")) and find_spec(module) is None:
                    wrong.append(line)
            if words[:1] == ["signpost"] and len(words) > 1 and not known(part):
                wrong.append(line)
    assert wrong == []


def known(line: str) -> bool:
    """Whether `signpost` has this command with these options."""
    try:
        words = shlex.split(line.replace("…", "x"), comments=True)[1:]
    except ValueError:
        words = line.split()[1:]
    if words[0].startswith("-"):
        return words[0] in {option for item in cli.params for option in item.opts} | {"--help"}
    if words[0] not in COMMANDS:
        return False
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        found = command.get_command(click.Context(command), rest[0])
        if found is None:
            return False
        command, rest = found, rest[1:]
    options = {option for item in command.params for option in item.opts} | {"--help", "-h"}
    return all(word.partition("=")[0] in options for word in words if word.startswith("--"))


def test_a_wrong_command_would_be_seen() -> None:
    assert known("signpost stop --reason x")
    assert not known("signpost stopp")
    assert not known("signpost stop --raison x")
    assert anchors("# A b: c\n") == {"a-b-c"}


@pytest.mark.parametrize("page", PAGES)
def test_every_post_that_is_shown_can_be_read(page: str, tmp_path: Path) -> None:
    for language, block in _FENCE.findall(text_of(page)):
        if language != "markdown" or not block.startswith("---\n"):
            continue
        path = tmp_path / "post.md"
        # An own text of a post folder has no more than its link or its media in its head.
        own = "publish:" not in block.partition("\n---")[0]
        path.write_text(block.replace("---\n", "---\nstatus: draft\n", 1) if own else block)
        files = PostFiles("shop", "post.md", str(path), {})
        read = read_post(files, "UTC", lambda _folder, name, _span, _findings: name)
        assert [str(item) for item in read.findings] == []


def test_every_channel_has_its_page() -> None:
    readme = text_of("README.md")
    for channel in Registry().ids():
        assert f"docs/channels/{channel}.md" in PAGES
        assert f"(docs/channels/{channel}.md)" in readme


def test_every_rule_is_in_the_changelog() -> None:
    text = text_of("CHANGELOG.md")
    assert [rule.code for rule in (*RULES, *HANDBOOK_RULES) if f"`{rule.code}`" not in text] == []


def test_every_variable_that_is_read_is_in_the_reference() -> None:
    reference = text_of("docs/reference/settings.md")
    read = {
        name
        for path in (ROOT / "functions").rglob("*.py")
        for name in re.findall(r"\"(SIGNPOST_[A-Z_]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(read) > 10
    assert sorted(name for name in read if f"`{name}`" not in reference) == []


def test_decisions_are_numbered_once_and_titled_so() -> None:
    numbers = []
    for path in sorted((ROOT / "docs/adr").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        number = int(path.name[:4])
        assert text.startswith(f"# {number}. "), path.name
        assert re.search(r"^(\*\*|## )(Choice|Decision)", text, re.MULTILINE), path.name
        numbers.append(number)
    assert len(set(numbers)) == len(numbers)


def test_deployment_says_what_the_template_says() -> None:
    text = text_of("docs/deploy.md")
    template = load("template.yaml")
    table = text.partition("| parameter | meaning | default |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(template["Parameters"])
    kinds = [item["Type"] for item in template["Resources"].values()]
    alarms = [name for name, item in template["Resources"].items() if "Alarm" in item["Type"]]
    assert f"| {kinds.count('AWS::CloudWatch::Alarm')} alarms " in text
    named = text.partition("| alarm | meaning |")[2].partition("\n\n")[0]
    words = re.findall(r"`…?(\w+)`", "".join(re.findall(r"^\| (.+?) \|", named, re.MULTILINE)))
    assert [name for name in alarms if not any(w in name for w in words)] == []
    assert [word for word in words if not any(word in name for name in alarms)] == []
    for output in re.findall(r"output `?(\w+)`?", text):
        assert output in template["Outputs"], output
    bench = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/perf").glob("*.py"))
    for figure in re.findall(r"`(\w+)`", text.partition("figures ")[2].partition(")")[0]):
        assert f'"{figure}"' in bench, figure


def test_the_local_networks_options_are_those_it_has() -> None:
    source = text_of("functions/signpost/local/network/__main__.py")
    page = text_of("docs/local-network.md")
    table = page.partition("| option | meaning |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"^\| `(--[a-z-]+)", table, re.MULTILINE)) == sorted(
        re.findall(r"\"(--[a-z-]+)\"", source)
    )


def test_the_readme_is_finished(project: Path) -> None:
    assert "@@" not in (project / "README.md").read_text(encoding="utf-8")
