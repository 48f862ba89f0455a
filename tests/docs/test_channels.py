"""Every channel has all that the recipe asks for, and nothing is left of one that is gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from signpost.connectors.registry import Registry
from signpost.domain.channel import ChannelSpec
from tests.rules.reading import SPECS as SPECS_OF_RULES

ROOT = Path(__file__).resolve().parents[2]
CHANNELS = Registry().ids()
CONNECTORS = "functions/signpost/connectors"
PREVIEWS = "functions/signpost/previews"
HEADINGS = (
    "Set up an account",
    "Limits",
    "Options",
    "What is sent, and what an answer means",
    "Correcting and retracting",
    "Failures, and what to do",
    "How it is proven",
)


class Step(NamedTuple):
    """A step of the recipe: a file, and what has to be in it.

    Args:
        path: with `<channel>` for the channel's id.
        holds: what the file has to contain, as regular expressions.
    """

    path: str
    holds: Callable[[ChannelSpec], tuple[str, ...]] = lambda _spec: ()


def _page(spec: ChannelSpec) -> tuple[str, ...]:
    """Headings, each option's row, and the file that proves it."""
    options = (rf"^\| `{re.escape(name)}` \|" for name in spec.options)
    heads = (rf"^## {re.escape(head)}$" for head in HEADINGS)
    return (*heads, *options, rf"tests/connectors/test_{spec.id}\.py")


STEPS = (
    Step(f"{CONNECTORS}/<channel>/spec.py", lambda spec: (rf'\bid="{spec.id}"',)),
    Step(f"{CONNECTORS}/<channel>/connector.py", lambda _spec: (r"^class \w+:$",)),
    Step(
        f"{CONNECTORS}/registry.py",
        lambda spec: (rf'"{spec.id}": "signpost\.connectors\.{spec.id}\.connector:\w+"',),
    ),
    Step("tests/connectors/scenes/<channel>.py", lambda _spec: (r"^SCENE = Scene\(",)),
    Step("tests/connectors/changing/<channel>.py", lambda _spec: (r"^CHANGES = Changes\(",)),
    Step("tests/connectors/test_<channel>.py", lambda _spec: (r"^def test_",)),
    Step(f"{PREVIEWS}/<channel>.py", lambda _spec: (r"^def show\(",)),
    Step(
        f"{PREVIEWS}/channels.py",
        lambda spec: (rf'"{spec.id}": "signpost\.previews\.{spec.id}"',),
    ),
    Step(
        "tests/rules/reading.py",
        lambda spec: (rf"connectors\.{spec.id}\.spec import SPEC as {spec.id.upper()}$",),
    ),
    Step("docs/channels/<channel>.md", _page),
    Step("README.md", lambda spec: (rf"\]\(docs/channels/{spec.id}\.md\)",)),
    Step(
        "CHANGELOG.md",
        lambda spec: (rf"### Channels\n(?:(?!\n#)[\s\S])*^- {re.escape(spec.name)}\b",),
    ),
    Step("content/.schemas/accounts.json", lambda spec: (rf'^\s+"{spec.id}",?$',)),
)


def missing(spec: ChannelSpec, root: Path = ROOT) -> list[str]:
    """Paths of the steps that were not done for a channel, in the recipe's order."""
    left = []
    for step in STEPS:
        path = root / step.path.replace("<channel>", spec.id)
        text = path.read_text(encoding="utf-8") if path.is_file() else None
        if text is None or not all(re.search(p, text, re.MULTILINE) for p in step.holds(spec)):
            left.append(step.path)
    return left


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_step_of_the_recipe_was_forgotten(channel: str) -> None:
    assert missing(Registry().spec(channel)) == []


def test_the_fixtures_of_rules_know_every_channel() -> None:
    assert {channel: Registry().spec(channel) for channel in CHANNELS} == SPECS_OF_RULES


def test_the_recipe_names_every_step() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text.partition("## Recipe: add a channel")[2].partition("\n## ")[0]
    assert recipe
    assert [step.path for step in STEPS if f"`{step.path}`" not in recipe] == []


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        (CONNECTORS, "*/"),
        ("tests/connectors/scenes", "*.py"),
        ("tests/connectors/changing", "*.py"),
        ("docs/channels", "*.md"),
    ],
)
def test_nothing_is_left_of_a_channel_that_is_gone(folder: str, pattern: str) -> None:
    found = {
        path.stem for path in (ROOT / folder).glob(pattern) if path.is_dir() == (pattern == "*/")
    }
    assert sorted(name for name in found if not name.startswith("_")) == sorted(CHANNELS)


# --- the test is tested -----------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files of the recipe's steps for one channel, in a tree of their own."""
    for step in STEPS:
        path = step.path.replace("<channel>", "webhook")
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    return tmp_path


def test_a_channel_of_which_there_is_only_a_spec_lacks_everything() -> None:
    spec = Registry().spec("webhook")
    pigeon = ChannelSpec(
        **{name: getattr(spec, name) for name in ChannelSpec._fields}
        | {"id": "carrier-pigeon", "name": "Carrier pigeon"}
    )
    assert missing(pigeon) == [step.path for step in STEPS]


@pytest.mark.parametrize("step", STEPS, ids=[step.path for step in STEPS])
def test_a_file_that_is_forgotten_is_noticed(copy: Path, step: Step) -> None:
    spec = Registry().spec("webhook")
    assert missing(spec, copy) == []
    path = copy / step.path.replace("<channel>", "webhook")
    if "<channel>" in step.path:
        path.unlink()
    else:  # shared by channels: its line alone is forgotten
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "ebhook" not in line), encoding="utf-8")
    assert missing(spec, copy) == [step.path]


FORGOTTEN: Mapping[str, tuple[str, str]] = {
    "an option": ("docs/channels/<channel>.md", "| `topic` |"),
    "a heading": ("docs/channels/<channel>.md", "## Failures, and what to do"),
    "what is its own": ("tests/connectors/test_<channel>.py", "def test_"),
}


@pytest.mark.parametrize("name", FORGOTTEN)
def test_a_part_of_a_file_that_is_forgotten_is_noticed(copy: Path, name: str) -> None:
    step, words = FORGOTTEN[name]
    path = copy / step.replace("<channel>", "webhook")
    text = path.read_text(encoding="utf-8")
    assert words in text
    path.write_text(text.replace(words, ""), encoding="utf-8")
    assert missing(Registry().spec("webhook"), copy) == [step]
