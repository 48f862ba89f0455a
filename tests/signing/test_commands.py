"""`signpost strategy`, from nothing to a signed release and on, with real keys and real git.

More than 400 lines: one strategy, from its first root to its last release.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from signpost.cli.main import run as signpost
from signpost.cli.signoff.pins import pins_file
from signpost.cli.strategy import command
from signpost.errors import SettingsError, SigningError
from tests.signing.workspace import DATES, Company, Strategy, environment, found, git, run, told


def test_from_nothing_to_in_force(rooted: Company, strategy: Strategy) -> None:
    code, shown = told(strategy, "root", "show")
    assert code == 0
    (root,) = shown["versions"]
    assert root["people"]["ada"]["name"] == "Ada Amsel"
    assert root["roles"] == {"director": "Managing director", "lead": "Social lead"}
    assert root["domain"] == "acme.example"
    assert (rooted.site / "signoff/acme/allowed_signers").read_text().startswith("ada namespaces=")

    code, made = told(strategy, "release", "2026.1", *DATES)
    assert code == 0
    assert "files/content/acme/kpis.yaml" in made["files"]
    code, out = strategy("verify")
    assert code == 1
    assert "UNSIGNED" in out
    assert "signpost strategy sign 2026.1 --as ada" in out

    code, out = strategy("sign", "2026.1", "--as", "ada", answer="y\n")
    assert code == 0
    assert "We mend." in out, "every document in full"
    assert "- {kpi: clicks, by: 2027-03-31, value: 20}" in out
    assert made["digest"] in out
    assert strategy("verify")[0] == 1
    code, out = strategy("sign", "--yes", "--key", str(rooted.key("ben")))
    assert "signed by Ben Buche" in out
    code, found_ = told(strategy, "verify", "2026.1")
    assert code == 0
    assert found_["release"]["state"] == "in force"
    assert [item["person"] for item in found_["release"]["signatures"]] == ["ada", "ben"]
    assert found_["in_force"] == "2026.1"
    code, status = told(strategy, "status")
    assert (code, status["in_force"]) == (0, "2026.1")
    assert "in force" in strategy("history")[1]


def test_who_says_no_signs_nothing(rooted: Company, strategy: Strategy) -> None:
    strategy("release", "2026.1", *DATES)
    with pytest.raises(click.exceptions.Abort):
        strategy("sign", "2026.1", "--as", "ada", answer="n\n")
    assert not (rooted.release() / "signatures").exists()


def test_a_key_that_is_not_in_the_root_signs_nothing(rooted: Company, strategy: Strategy) -> None:
    strategy("release", "2026.1", *DATES)
    stranger = rooted.key("mallory")
    with pytest.raises(SigningError, match="nobody's in the trust root"):
        strategy("sign", "2026.1", "--key", str(stranger), "--yes")
    with pytest.raises(SigningError, match="is ada's in the trust root, not ben's"):
        strategy("sign", "2026.1", "--as", "ben", "--key", str(rooted.key("ada")), "--yes")
    with pytest.raises(SigningError, match="`eve` is not in the trust root"):
        strategy("sign", "2026.1", "--as", "eve", "--yes")


def test_the_agent_signs_where_only_the_public_half_is_here(
    rooted: Company, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy("release", "2026.1", *DATES)
    started = run("ssh-agent", "-s")
    values = dict(
        part.split("=", 1)
        for part in started.replace("\n", " ").split("; ")
        if part.startswith("SSH_") and "=" in part
    )
    agent = started.split("SSH_AGENT_PID=")[1].split(";")[0]
    monkeypatch.setenv("SSH_AUTH_SOCK", values["SSH_AUTH_SOCK"])
    monkeypatch.setenv("SSH_AGENT_PID", agent)
    try:
        run("ssh-add", "-q", str(rooted.key("ada")))
        rooted.key("ada").unlink()
        assert strategy("sign", "2026.1", "--as", "ada", "--yes")[0] == 0
        (rooted.keys / "ada.pub").unlink()
        (rooted.release() / "signatures/ada.sig").unlink()
        assert strategy("sign", "2026.1", "--as", "ada", "--yes")[0] == 0
    finally:
        run("ssh-agent", "-k")
    assert strategy("verify")[1].count("signed by Ada Amsel") == 1


def test_ssh_keygen_that_fails_is_told_with_its_reason(rooted: Company, strategy: Strategy) -> None:
    strategy("release", "2026.1", *DATES)
    rooted.key("ada").write_text("not a key\n")
    rooted.key("ada").chmod(0o600)
    with pytest.raises(SigningError, match="ssh-keygen did not sign"):
        strategy("sign", "2026.1", "--as", "ada", "--yes")
    assert not (rooted.release() / "signatures").exists()


@pytest.mark.parametrize("change", ["edited", "new", "deleted"])
def test_only_committed_files_are_frozen(rooted: Company, strategy: Strategy, change: str) -> None:
    page = "strategy-site/docs/acme/strategy/index.md"
    if change == "edited":
        rooted.edit(page, "We mend.", "We sell.")
    elif change == "new":
        rooted.write("strategy-site/docs/acme/strategy/more.md", "# More\n")
    else:
        (rooted.folder / page).unlink()
    with pytest.raises(SigningError, match="Not committed as it is: docs/acme/strategy/"):
        strategy("release", "2026.1", *DATES)
    assert not rooted.release().exists()
    rooted.commit()
    if change == "deleted":
        with pytest.raises(SigningError, match=r"No committed file answers to `docs/acme/strategy"):
            strategy("release", "2026.1", *DATES)
    else:
        assert strategy("release", "2026.1", *DATES)[0] == 0


def test_a_table_that_is_out_of_date_is_not_frozen(rooted: Company, strategy: Strategy) -> None:
    page = "strategy-site/docs/acme/strategy/index.md"
    rooted.edit(page, "We mend.", "We mend.\n\n<!-- generated: objectives -->\n<!-- /generated -->")
    rooted.commit()
    with pytest.raises(
        SigningError, match=r"docs/acme/strategy/index\.md: The generated part `obj"
    ):
        strategy("release", "2026.1", *DATES)
    assert not rooted.release().exists()
    arguments = ["docs", "write", "--content", str(rooted.folder / "content")]
    assert signpost(arguments) == 0
    rooted.commit()
    assert strategy("release", "2026.1", *DATES)[0] == 0


def test_links_submodules_and_crlf_are_not_frozen(rooted: Company, strategy: Strategy) -> None:
    page = rooted.site / "docs/acme/strategy/more.md"
    page.symlink_to("index.md")
    rooted.commit()
    with pytest.raises(SigningError, match="is a symbolic link"):
        strategy("release", "2026.1", *DATES)
    page.unlink()
    page.write_bytes(b"a\r\n")
    rooted.commit()
    with pytest.raises(SigningError, match="carriage returns"):
        strategy("release", "2026.1", *DATES)
    page.unlink()
    other = found(rooted.folder.parent / "other", rooted.keys)
    git(
        rooted.folder,
        "submodule",
        "--quiet",
        "add",
        str(other.folder),
        "strategy-site/docs/acme/strategy/sub",
    )
    rooted.commit()
    with pytest.raises(SigningError, match="a submodule"):
        strategy("release", "2026.1", *DATES)
    assert list((rooted.site / "releases").rglob("*")) == []


def test_a_release_appears_whole_or_not_at_all(
    rooted: Company, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def fail(place: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device", str(place))

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="No space"):
        strategy("release", "2026.1", *DATES)
    assert [item.name for item in rooted.release().parent.iterdir()] == []
    monkeypatch.setattr(Path, "rename", rename)
    assert strategy("release", "2026.1", *DATES)[0] == 0
    with pytest.raises(SigningError, match="is there already"):
        strategy("release", "2026.1", *DATES)


def test_a_release_has_its_place_in_the_chain(signed: Company, strategy: Strategy) -> None:
    with pytest.raises(SigningError, match=r"2025\.9 is not after 2026\.1"):
        strategy("release", "2025.9", *DATES)
    with pytest.raises(SigningError, match=r"2026\.1 is in force from 2026-01-01 only"):
        strategy("release", "2026.2", "--effective", "2025-01-01", "--review-by", "2090-01-01")
    with pytest.raises(SigningError, match="before the first day"):
        strategy("release", "2026.2", "--effective", "2026-02-01", "--review-by", "2026-01-01")
    with pytest.raises(SigningError, match="is no version"):
        strategy("release", "next", *DATES)
    strategy("release", "2026.2", *DATES)
    strategy("release", "2026.3", *DATES)
    for name in ("ada", "ben"):
        strategy("sign", "2026.2", "--as", name, "--yes")
    assert told(strategy, "verify", "2026.1")[0] == 3
    # A draft at a place that is taken meanwhile: signed, it would take both down.
    with pytest.raises(SigningError, match="a second release at one place"):
        strategy("sign", "2026.3", "--as", "ada", "--yes")
    assert signed.release("2026.3").is_dir()


def test_a_root_is_rotated_with_old_and_new_keys(signed: Company, strategy: Strategy) -> None:
    new = signed.key("ben2")
    code, made = told(strategy, "root", "rotate", "--key", f"ben={new}.pub")
    assert (code, made["version"]) == (0, 2)
    assert told(strategy, "root", "show")[1]["versions"][-1]["in_force"] is False
    with pytest.raises(SigningError, match="waits for signatures already"):
        strategy("root", "rotate", "--drop", "ben")
    for name, key in (("ada", "ada"), ("ben", "ben"), ("ben", "ben2")):
        strategy("sign", "root", "--as", name, "--key", str(signed.key(key)), "--yes")
    code, shown = told(strategy, "root", "show")
    assert (code, [item["in_force"] for item in shown["versions"]]) == (0, [True, True])
    assert told(strategy, "verify")[0] == 0, "what was accepted before stays"
    with pytest.raises(SigningError, match="accepted under trust root 1; root 2 is in force"):
        strategy("sign", "2026.1", "--as", "ada", "--yes")
    strategy("release", "2026.2", *DATES)
    with pytest.raises(SigningError, match="nobody's in the trust root"):
        strategy("sign", "2026.2", "--as", "ben", "--key", str(signed.key("ben")), "--yes")
    for key in ("ada", "ben2"):
        strategy("sign", "2026.2", "--key", str(signed.key(key)), "--yes")
    assert told(strategy, "verify", "2026.2")[0] == 0


def test_a_root_that_cannot_be_meant_is_not_written(company: Company, strategy: Strategy) -> None:
    ada, ben = (f"{company.keys / name}.pub" for name in ("ada", "ben"))
    with pytest.raises(SigningError, match="stands there twice, also as ada's"):
        strategy("root", "init", "--signer", f"ada:director:{ada}", "--signer", f"ben:lead:{ada}")
    with pytest.raises(SigningError, match="is 3, and 2 people hold its roles"):
        strategy("root", "init", "--signer", f"ada:director:{ada}", "--signer", f"ben:lead:{ben}",
                 "--threshold", "strategy=3")  # fmt: skip
    with pytest.raises(SigningError, match="nobody would have to sign"):
        strategy("root", "init", "--signer", f"ada:director:{ada}", "--threshold", "root=0")
    with pytest.raises(click.BadParameter, match=r"not ID:ROLE\[\+ROLE\]:KEYFILE"):
        strategy("root", "init", "--signer", "ada")
    with pytest.raises(SigningError, match="There is no public key"):
        strategy("root", "init", "--signer", "ada:director:nowhere.pub")
    assert not (company.site / "signoff").exists()


def test_a_signer_who_is_not_in_people_yaml_is_told(
    company: Company,
) -> None:
    def made(*more: str) -> str:
        done = CliRunner().invoke(
            command,
            ["root", "init", "--signer", f"ada:director:{company.keys / 'ada'}.pub", *more],
            standalone_mode=False,
        )
        assert done.exception is None
        shutil.rmtree(company.site / "signoff")
        return done.stderr

    mistyped = ("--signer", f"bne:lead:{company.keys / 'ben'}.pub")
    people = company.folder / "content" / "acme" / "people.yaml"
    assert made() == ""
    said = made(*mistyped)
    assert said.startswith(f"warning: not in {people}: bne. ")
    assert "Add each there under this id." in said
    assert f"remove {company.site}/signoff/acme/roots/1 before anybody signs" in said
    assert made(*mistyped, "--format", "json") == said
    people.unlink()
    assert made(*mistyped) == "", "a company without the file has nobody to compare with"


def test_a_pin_holds_and_nothing_older_comes_back(signed: Company, strategy: Strategy) -> None:
    digest = told(strategy, "root", "show")[1]["digest"]
    with pytest.raises(SettingsError, match="is no digest"):
        strategy("verify", "--root", "sha256:12")
    assert strategy("verify", "--root", f"sha256:{'0' * 64}")[0] == 1
    assert not pins_file().exists(), "what does not fit is not kept"
    assert strategy("verify", "--root", digest)[0] == 0
    assert json.loads(pins_file().read_text())["acme"]["root"] == digest
    strategy("release", "2026.2", *DATES)
    for name in ("ada", "ben"):
        strategy("sign", "2026.2", "--as", name, "--yes")
    assert told(strategy, "verify")[0] == 0
    run("rm", "-r", str(signed.release("2026.2")))
    code, found_ = told(strategy, "verify")
    assert code == 1
    assert [fault["reason"] for fault in found_["faults"]] == ["rollback"]
    assert strategy("verify", "--unpin")[0] == 0
    pins_file().write_text("{")
    with pytest.raises(SettingsError, match="cannot be read"):
        strategy("verify")


def test_the_variable_wins_and_keeps_nothing(
    signed: Company, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signed.release().is_dir()
    monkeypatch.setenv("SIGNPOST_ROOT", told(strategy, "root", "show")[1]["digest"])
    assert strategy("verify")[0] == 0
    monkeypatch.setenv("SIGNPOST_ROOT", "0" * 64)
    assert strategy("verify")[0] == 1
    assert not pins_file().exists()


def test_past_its_review_date(signed: Company, strategy: Strategy) -> None:
    assert signed.release().is_dir()
    assert strategy("verify", "--on", "2090-01-02")[0] == 4
    code, status = told(strategy, "status", "--on", "2089-12-25")
    assert (code, status["days_left"]) == (0, 7)
    code, status = told(strategy, "status", "--on", "2090-01-02")
    assert (code, status["days_left"], status["in_force"]) == (1, -1, None)


def test_an_approval_is_signed_and_serves_once(signed: Company, strategy: Strategy) -> None:
    statement = {"brand": "acme", "event": "stop-7", "kind": "resume", "scope": "*"}
    file = signed.folder / "resume.json"
    file.write_text(json.dumps(statement, separators=(",", ":"), sort_keys=True) + "\n")
    assert strategy("verify", "--statement", str(file))[0] == 1
    for name in ("ada", "ben"):
        strategy("sign", "--statement", str(file), "--as", name, "--yes")
    assert strategy("verify", "--statement", str(file))[0] == 0
    file.write_text(file.read_text().replace("stop-7", "stop-8"))
    code, found_ = told(strategy, "verify", "--statement", str(file))
    assert (code, found_["met"]) == (1, False)


def test_as_a_process(signed: Company) -> None:
    """Messages and exit codes as a shell sees them."""

    def signpost(*words: str) -> subprocess.CompletedProcess[str]:
        code = "import sys; from signpost.cli.main import run; sys.exit(run())"
        source = str(Path(__file__).resolve().parents[2] / "functions")
        return subprocess.run(
            [sys.executable, "-c", code, "strategy", *words], cwd=signed.folder, check=False,
            capture_output=True, text=True, env=environment() | {"PYTHONPATH": source},
        )  # fmt: skip

    done = signpost("verify")
    assert done.returncode == 0
    assert "acme 2026.1: IN FORCE" in done.stdout
    assert "no trust root is pinned" in done.stderr
    page = signed.release() / "files/docs/acme/strategy/index.md"
    page.write_text("# Ours\n")
    done = signpost("verify", "2026.1")
    assert done.returncode == 1
    assert "TAMPERED" in done.stdout
    assert "`files/docs/acme/strategy/index.md` was altered" in done.stdout
    assert "remedy: Restore the release from git" in done.stdout
    done = signpost("verify", "2030.1", "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "SIGNING"
    assert signpost("verfy").returncode == 2
    assert signpost("verify", "--on", "yesterday").returncode == 2


def test_clear_words_where_there_is_nothing(company: Company, strategy: Strategy) -> None:
    with pytest.raises(SettingsError, match="There is no trust root"):
        strategy("verify")
    (company.site / "signoff/acme").mkdir(parents=True)
    with pytest.raises(SigningError, match="There is no release yet"):
        strategy("verify")
    code, out = strategy("root", "show")
    assert code == 1
    assert "There is no trust root" in out
    assert "There is no release yet" in strategy("history")[1]
    with pytest.raises(SigningError, match="No trust root is in force"):
        strategy("release", "2026.1", *DATES)


def test_a_proposal_that_was_outrun_asks_nobody_to_sign(
    signed: Company, strategy: Strategy
) -> None:
    for version in ("2026.2", "2026.3"):
        strategy("release", version, *DATES)
    code, out = strategy("verify", "2026.3")
    assert (code, "sign 2026.3 --as ada" in out) == (1, True)
    for name in ("ada", "ben"):
        strategy("sign", "2026.2", "--as", name, "--yes")
    code, out = strategy("verify", "2026.3")
    assert code == 1
    assert "made before 2026.2 was signed: it cannot be signed any more" in out
    assert "--as ada" not in out, "the command would be refused"
    found_ = told(strategy, "verify", "2026.3")[1]["release"]
    assert (found_["outrun_by"], found_["missing"]) == ("2026.2", [])
    assert signed.release("2026.3").is_dir()


def test_a_release_that_waits_is_told_before_the_next_is_signed(
    rooted: Company, strategy: Strategy
) -> None:
    def froze(version: str) -> tuple[list[str], str]:
        done = CliRunner().invoke(
            command, ["release", version, *DATES, "--format", "json"], standalone_mode=False
        )
        assert done.exception is None
        return json.loads(done.stdout)["waiting"], done.stderr

    assert froze("2026.1") == ([], "")
    waiting, said = froze("2026.2")
    assert waiting == ["2026.1"]
    assert "2026.1 still waits for signatures. Of it and 2026.2 only one can count." in said
    assert f"remove {rooted.release('2026.2')}, run `signpost collect`, and freeze again" in said
    for name in ("ada", "ben"):
        strategy("sign", "2026.1", "--as", name, "--yes")
    assert froze("2026.3") == ([], ""), "one is signed, and the other was outrun"


def test_what_is_wrong_names_place_cause_and_remedy(signed: Company, strategy: Strategy) -> None:
    """Each thing is broken by itself, looked at, and mended."""
    release, root = signed.release(), signed.site / "signoff/acme"
    page, sealed = release / "files/docs/acme/strategy/index.md", release / "manifest.txt"
    ours = release / "signatures/ben.sig"

    def crlf(place: Path) -> bytes:
        return place.read_bytes().replace(b"\n", b"\r\n")

    cases = {
        "words": (page, b"# Ours\n", "`files/docs/acme/strategy/index.md` was altered", "from git"),
        "line ends": (page, crlf(page), "CRLF now, the words are the same", "`* -text`"),
        "manifest": (sealed, crlf(sealed), "The manifest's lines end with CRLF", "`* -text`"),
        "empty": (sealed, b"", "The manifest is empty", "Restore the release from git"),
        "other text": (ours, b"hello\n", "signatures/ben.sig: The signature's file", "Sign again"),
        "root": (
            root / "roots/1/root.json",
            (root / "root.json").read_bytes().replace(b'"count":2', b'"count":1'),
            "trust root 1 is not in force",
            "Restore from git what they signed",
        ),
    }
    for name, (place, data, cause, remedy) in cases.items():
        before = place.read_bytes()
        place.write_bytes(data)
        code, out = strategy("verify", "2026.1")
        assert (code, cause in out, remedy in out) == (1, True, True), (name, out)
        if name != "other text":
            assert "sign 2026.1 --as" not in out, "nobody is told to sign what was altered"
        place.write_bytes(before)
    release.rename(signed.folder / "aside")
    release.symlink_to(signed.folder / "aside")
    code, out = strategy("verify", "2026.1")
    assert (code, out.count("wrong (")) == (1, 1)
    assert "wrong (symlink): Its folder is a symbolic link" in out
