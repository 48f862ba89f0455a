"""`signpost init`: a workspace of content only, with Signpost as an installed package."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signpost.cli.options import color_option, format_option
from signpost.cli.output import json as machine
from signpost.cli.output.human import Terminal, amount, plain
from signpost.errors import SignpostError

if TYPE_CHECKING:
    from signpost.cli.founding import Answers
    from signpost.cli.newfiles import NewFile

SAMPLE = ("Larkfell Outfitters", "larkfell", "Europe/Berlin", "en")


@click.command(
    epilog="""\b
Examples:
  signpost init acme --name "Acme Ltd" --zone Europe/Vienna
  signpost init --dry-run
  signpost init try-it --sample --git
  signpost init --update

An existing file is never overwritten. A repository that has a README.md, .gitignore,
.editorconfig or .vscode keeps its own; anything else in the way stops it before the first file
is written, and all of it is listed. --update writes anew what belongs to Signpost (workflow,
script, schemas), as far as the repository has it, committed and unchanged since."""
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", metavar="NAME", help="The brand's name. Left out: the folder's.")
@click.option("--brand", metavar="ID", help="The brand's id. Left out: made of its name.")
@click.option("--zone", metavar="ZONE", help="Such as Europe/Vienna. Left out: this machine's.")
@click.option("--language", metavar="LANG", help="Such as en. Left out: this machine's.")
@click.option("--sample", is_flag=True, help="The sample brand, with its posts, to look at.")
@click.option(
    "--source",
    metavar="ADDRESS",
    help="Where checks and pushes get Signpost from: git+https://…@TAG, or a wheel. Left out: "
    "from where this one was installed.",
)
@click.option("--git", "with_git", is_flag=True, help="Run `git init` too, where no repository is.")
@click.option("--update", is_flag=True, help="Bring Signpost's own files to this version.")
@click.option("--dry-run", is_flag=True, help="List what would be written, and write nothing.")
@format_option
@color_option
def command(
    *,
    folder: Path,
    name: str | None,
    brand: str | None,
    zone: str | None,
    language: str | None,
    sample: bool,
    source: str | None,
    with_git: bool,
    update: bool,
    dry_run: bool,
    form: str,
) -> int:
    """Make a workspace for a company: content, handbook, workflow; no code.

    What is left out is asked for if there is a terminal. What it writes passes `signpost check`;
    placeholders say that they are some.
    """
    from signpost.cli.founding import owned_files
    from signpost.cli.wiring import project_folder

    given = (name, brand, zone, language, source)
    if sample and any(given[:4]):
        raise click.UsageError("--sample is one brand as it is; leave the others out.")
    if update:
        if sample or with_git or any(given):
            raise click.UsageError("--update only takes the folder, --dry-run and --format.")
        from signpost.cli.renewal import renew

        return renew(folder, owned_files(project_folder()), form, dry_run=dry_run)
    ask = not sample and form == "human" and sys.stdin.isatty() and sys.stdout.isatty()
    answers = _answers(folder, name, brand, zone, language, source, sample=sample, ask=ask)
    try:
        return _found(folder, answers, form, with_git=with_git, dry_run=dry_run)
    except PermissionError:
        raise
    except OSError as error:
        raise SignpostError(
            f"{folder} cannot be written ({error.strerror}). Nothing was kept.",
            "Free some space if the disk is full, or name another folder.",
        ) from error


def _found(folder: Path, answers: Answers, form: str, *, with_git: bool, dry_run: bool) -> int:
    """Write the workspace, unless something is in its way, and say so."""
    from signpost.cli.founding import is_courtesy
    from signpost.cli.git import in_repository, start_repository
    from signpost.cli.newfiles import in_the_way, write_all

    files = _files(answers)
    blocked = in_the_way(folder, files)
    kept = sorted(path for path in blocked if is_courtesy(path))
    if hard := sorted(blocked - set(kept)):
        return _refuse(folder, hard, form)
    made = {path: file for path, file in files.items() if path not in blocked}
    if not dry_run:
        write_all(folder, made)
        if with_git and not in_repository(folder):
            start_repository(folder)
    if form == "json":
        machine.show({"folder": str(folder), "made": list(made), "kept": kept, "dry_run": dry_run})
        return 0
    terminal = Terminal()
    if dry_run:
        for path in made:
            terminal.say(f"would make {plain(str(folder / path))}")
    else:
        count = terminal.paint(f"made {amount(len(made), 'file')}", "green")
        terminal.say(f"{count} for {plain(answers.name)} (brand `{answers.brand}`, {answers.zone})")
    for path in kept:
        terminal.say(f"kept yours: {plain(path)}")
    if ".gitignore" in kept:
        lines = files[".gitignore"].data.decode().splitlines()
        terminal.say("  add to it: " + " ".join(line for line in lines if line[:1] != "#"))
    if not dry_run:
        _say_next(terminal, folder, answers, made)
    return 0


def _files(answers: Answers) -> dict[str, NewFile]:
    """Everything that the workspace is to have.

    The schemas for editors and the tables of the handbook hold its own words, so they are made of
    it: of a copy that lies elsewhere, because nothing may be written yet.
    """
    from secrets import randbits
    from tempfile import TemporaryDirectory

    from signpost.checks.rules.post_id import mint_id
    from signpost.cli.founding import CONTENT, SITE, workspace_files
    from signpost.cli.newfiles import NewFile, write_all
    from signpost.cli.wiring import (
        editor_schemas,
        open_content,
        project_folder,
        write_handbook,
    )
    from signpost.domain.timing import zone_info

    today = datetime.now(zone_info(answers.zone)).date()
    files = workspace_files(project_folder(), answers, today, lambda: mint_id(randbits))
    with TemporaryDirectory() as scratch:
        write_all(Path(scratch), files)
        _workspace, brands = open_content(Path(scratch) / CONTENT)
        for path, text in editor_schemas(Path(scratch) / CONTENT, brands).items():
            files[path.relative_to(scratch).as_posix()] = NewFile(text.encode())
        if not answers.sample:  # whose tables are written already
            docs = Path(scratch) / SITE / "docs"
            for page in write_handbook(docs, Path(scratch) / CONTENT):
                files[f"{SITE}/docs/{page}"] = NewFile((docs / page).read_bytes())
    return dict(sorted(files.items()))


def _answers(
    folder: Path,
    name: str | None,
    brand: str | None,
    zone: str | None,
    language: str | None,
    source: str | None,
    *,
    sample: bool,
    ask: bool,
) -> Answers:
    """What was given, what is asked for, and what can be guessed."""
    from signpost.cli import answers as find
    from signpost.cli.founding import Answers

    line = find.requirement(source)
    if sample:
        return Answers(*SAMPLE, requirement=line, sample=True)

    def settle(
        given: str | None, option: str, question: str, guess: str, judge: Callable[[str], str]
    ) -> str:
        if given is None and ask:
            return find.asked(question, guess, judge)
        try:
            return judge(guess if given is None else given)
        except click.BadParameter as error:
            raise click.UsageError(f"{option}: {error.message}") from error

    guess = folder.resolve().name
    called = settle(name, "--name", "Name of the brand", guess or "Brand", find.name_of)
    return Answers(
        name=called,
        brand=settle(brand, "--brand", "Its id", find.id_of(called), find.brand_id),
        zone=settle(zone, "--zone", "Time zone", find.machine_zone(), find.zone_of),
        language=settle(
            language, "--language", "Language", find.machine_language(), find.language_of
        ),
        requirement=line,
    )


def _refuse(folder: Path, paths: Sequence[str], form: str) -> int:
    code = "EXISTS"
    cause = f"{amount(len(paths), 'file')} cannot be made in {folder}: the place is taken. "
    cause += "Nothing was written."
    remedy = "Name another folder, or move them away."
    if form == "json":
        error = {"code": code, "cause": cause, "remedy": remedy, "files": list(paths)}
        machine.show({"error": error})
        return 1
    terminal = Terminal()
    for path in paths:
        terminal.say(f"in the way: {plain(path)}", stderr=True)
    terminal.error(code, cause, remedy)
    return 1


def _say_next(
    terminal: Terminal, folder: Path, answers: Answers, made: Mapping[str, NewFile]
) -> None:
    from signpost.cli.git import in_repository

    steps = [] if folder.resolve() == Path.cwd() else [f"cd {shlex.quote(str(folder))}"]
    if not in_repository(folder):
        steps.append("git init --initial-branch=main")
    steps += ["git add . && git commit -m 'Begin'", "signpost check", "signpost new"]
    if not answers.sample:
        first = next(path for path in made if "/posts/" in path)
        steps.insert(-1, f"signpost preview {first}")
    terminal.say("\nNext:")
    for step in steps:
        terminal.say(f"  {step}")
    if answers.requirement.startswith("#"):
        terminal.say(
            "\nci/requirements.txt: write there where others get Signpost from; checks and pushes "
            "need it."
        )
    terminal.say("README.md says how to go on." if "README.md" in made else "See also: signpost -h")


def _start_repository(folder: Path) -> None:
    from signpost.cli.git import start_repository

    start_repository(folder)
