"""The demo, whole: from the first start to a commit that goes live, a stop and a resume."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.integration.demo_run import DemoRun, assert_each_once, wait_until

PLAIN = "larkfell/posts/2027/02/five-patches.md"
BROKEN = "larkfell/posts/2027/02/share-a-tent.md"
HELD = "larkfell/posts/2027/01/zip-or-buttons.md"
WINTER = "nebelstein/posts/winter-room.md"


def go_now(text: str) -> str:
    """A post's file with `publish: now`."""
    new, count = re.subn(r"(?m)^publish:.*$", "publish: now", text)
    assert count == 1
    return new


def public(demo: DemoRun, words: str) -> int:
    """How many public posts have these words."""
    return sum(words in post["text"] for post in demo.posts())


def test_what_was_due_is_live_and_measured(demo: DemoRun) -> None:
    table = demo.output.partition("permalink")[2].partition("The feed")[0]
    lines = [line for line in table.splitlines() if "PUBLISHED" in line]
    assert 4 <= len(lines) <= 8, demo.output
    for line in lines:
        assert demo.local["network"] in line
        assert re.search(r"\(after [16]0 s\)", line), "a slow machine shows the second age"
    posts = demo.posts()
    assert any(post["media"] for post in posts)
    assert all(medium["description"] for post in posts for medium in post["media"])
    assert any(post["in_reply_to_id"] for post in posts), "no thread among them"
    assert_each_once(demo)


def test_what_channels_say_of_each_account_is_told(demo: DemoRun) -> None:
    """From the headers of the answers, by publish, ledger and tick, to `status --accounts`."""

    def told() -> dict[str, Any]:
        done = demo.command("status", "--accounts", "--format", "json")
        assert done.returncode == 0, done.stderr
        return {item["account"]: item for item in json.loads(done.stdout)["accounts"]}

    shop, sky, journal = "larkfell-shop", "larkfell-sky", "larkfell-journal"
    wait_until(
        lambda: all(told()[name]["budget"] for name in (shop, sky)),
        90,
        lambda: json.dumps(told(), indent=1),
        every_s=1.0,
    )
    found = told()
    assert all(item["pushed"] for item in found.values())
    assert {item["token"]["ends"] for item in found.values()} == {"never"}
    assert found[shop]["budget"]["limit"] == 300
    assert 0 < found[shop]["budget"]["left"] < 300
    assert found[shop]["sent"]["used"] > 0
    assert found[journal]["budget"] is None, "a blog has none, and that is not 0"
    done = demo.command("accounts", "check", shop)
    assert done.returncode == 0, done.stderr
    wait_until(
        lambda: told()[shop]["check"] is not None, 90, lambda: str(told()[shop]), every_s=1.0
    )
    assert told()[shop]["check"]["may_post"]


def test_nothing_listens_beyond_loopback(demo: DemoRun) -> None:
    assert demo.listening() == {"0100007F"}, "127.0.0.1, in the kernel's order of bytes"


def test_a_worker_is_killed_in_the_send(demo: DemoRun, killed_worker: str) -> None:
    """What comes of it is looked at in test_worker_kill.py, when it is settled."""
    assert killed_worker.endswith("/larkfell-shop")
    assert demo.process.poll() is None


def test_the_first_run_leaves_no_secret_in_what_it_says(demo: DemoRun) -> None:
    assert "access_token" not in demo.output
    assert "access_token" not in demo.command("status").stdout


def test_a_release_is_signed_and_a_draft_stands_beside_it(demo: DemoRun) -> None:
    """What `make run` prints, what the site serves, and what anybody can check."""
    told = demo.output.partition("to be reviewed by")[2].partition("The feed")[0]
    (signed,) = [line for line in told.splitlines() if "in force" in line]
    version = signed.split()[1]
    assert signed.startswith("larkfell ")
    assert "Shop manager (demo)" in signed
    assert re.search(r"(?m)^larkfell +next +draft +nobody$", told)
    assert "(demo)" in demo.site(f"/larkfell/{version}/certificate/")
    assert "<strong>Signed</strong>" in demo.site(f"/larkfell/{version}/strategy/")
    draft = demo.site("/larkfell/next/")
    assert "<strong>Not signed.</strong>" in draft
    assert "keys that were made on" in draft
    status = json.loads(demo.site("/status.json"))["brands"]["larkfell"]
    assert (status["present"], status["in_force"], status["gate"]) == (version, True, True)
    assert demo.command("strategy", "verify", "--brand", "larkfell").returncode == 0
    assert "PRIVATE KEY" not in "".join(
        path.read_text(errors="replace") for path in demo.workspace.rglob("*") if path.is_file()
    )


def test_past_the_review_date_the_gate_is_shut(demo: DemoRun) -> None:
    why = "no release of nebelstein in force: the strategy is past its review date"
    table = demo.output.partition("permalink")[2].partition("The feed")[0]
    (held,) = [line for line in table.splitlines() if "HELD" in line]
    assert why in held
    assert "past review: nothing goes out" in table
    told = demo.command("status", f"content/{WINTER}")
    assert "HELD" in told.stdout
    assert "past its review date" in " ".join(told.stdout.split())
    assert public(demo, "winter room") == 0
    (version,) = json.loads(demo.site("/status.json"))["brands"]["nebelstein"]["versions"]
    assert version["state"] == "past review"
    assert demo.command("strategy", "verify", "--brand", "nebelstein").returncode == 4


def test_the_next_release_opens_the_gate_and_its_review_date_shuts_it(demo: DemoRun) -> None:
    assert demo.renew("larkfeld").returncode == 1
    said = len(demo.output)
    done = demo.renew("nebelstein")
    assert done.returncode == 0, done.stderr
    demo.wait_for("accepted: nothing changed", 60, after=said)
    done = demo.command("resume", f"content/{WINTER}", "--reason", "signed")
    assert done.returncode == 0, done.stderr
    demo.wait_for("live: The winter room is open", 60, after=said)
    assert public(demo, "winter room") == 1

    done = demo.renew("nebelstein", "--past")
    assert done.returncode == 0, done.stderr
    path = demo.workspace / "content" / WINTER
    again = go_now(path.read_text()).replace("is open", "is full")
    path.with_name("full.md").write_text(re.sub(r"(?m)^id: .*", "id: 6hq3w8m1t5ze", again))
    demo.commit("The winter room is full")
    demo.wait_for("HELD: The winter room is full", 60, after=said)
    assert public(demo, "winter room") == 1
    wait_until(
        lambda: (
            [
                one["state"]
                for one in json.loads(demo.site("/status.json"))["brands"]["nebelstein"]["versions"]
            ]
            == ["superseded", "superseded", "past review"]
        ),
        90,
        lambda: demo.output[said:],
        every_s=1.0,
    )


def test_a_commit_goes_live_by_itself(demo: DemoRun) -> None:
    assert public(demo, "1998") == 0
    said = len(demo.output)
    demo.edit(PLAIN, go_now)
    demo.wait_for("live: A jacket from 1998", 60, after=said)
    assert public(demo, "1998") == 1
    assert_each_once(demo)


def test_an_edit_of_what_is_public_is_drift_and_changes_nothing(demo: DemoRun) -> None:
    # The state file, which plans read, is written once a minute.
    wait_until(
        lambda: any(
            entry["state"] == "PUBLISHED" and entry["about"]["source"] == PLAIN
            for entry in demo.deliveries().values()
        ),
        90,
        lambda: demo.output,
        every_s=1.0,
    )
    said = len(demo.output)
    demo.edit(PLAIN, lambda text: text + "\nOne more sentence.\n")
    demo.wait_for("1 drift", 60, after=said)
    assert public(demo, "1998") == 1
    assert public(demo, "One more sentence.") == 0


def test_what_was_edited_is_corrected_where_that_can_be_done(demo: DemoRun) -> None:
    """Mastodon edits in place; every account of the post is answered for."""
    path = f"content/{PLAIN}"
    offered = demo.command("correct", path, "--dry-run")
    assert "+ One more sentence." in offered.stdout, offered.stderr
    assert public(demo, "One more sentence.") == 0
    before = {post["id"] for post in demo.posts()}
    done = demo.command("correct", path, "--yes", "--reason", "a test", "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["offers"], done.stderr
    assert {item["state"] for item in answer["done"]} == {"PUBLISHED"}
    assert public(demo, "One more sentence.") == len(answer["offers"])
    assert {post["id"] for post in demo.posts()} == before, "nothing was posted anew"
    again = demo.command("correct", path, "--yes")
    assert again.returncode == 1
    assert "is what is public" in again.stderr


def test_what_is_public_is_retracted_everywhere_and_stays_away(demo: DemoRun) -> None:
    path = f"content/{PLAIN}"
    refused = demo.command("retract", path, "--reason", "a test")
    assert refused.returncode == 2
    assert "Add --yes" in refused.stderr
    assert public(demo, "1998") == 1
    done = demo.command("retract", path, "--reason", "a test", "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert public(demo, "1998") == 0
    again = demo.command("retract", path, "--reason", "a test", "--yes")
    assert again.returncode == 0, "what is gone everywhere is as it was asked for"
    assert "was retracted" in again.stderr
    state = demo.command("status", path)
    assert "RETRACTED" in state.stdout
    assert "a test" in state.stdout
    said = len(demo.output)
    demo.edit(PLAIN, lambda text: text + "\nAnd another.\n")
    demo.wait_for("drift", 60, after=said)
    assert public(demo, "1998") == 0
    assert demo.command("correct", path, "--yes").returncode == 1


def test_a_commit_with_faults_is_shown_and_not_pushed(demo: DemoRun) -> None:
    known = demo.deliveries()
    said = len(demo.output)
    demo.edit(BROKEN, lambda text: go_now(text).replace("publish: now", "publish: tomorow"))
    demo.wait_for("nothing was changed by this commit", 60, after=said)
    assert f"{BROKEN}:" in demo.output[said:]
    assert "YML502" in demo.output[said:]
    assert demo.deliveries().keys() == known.keys()
    said = len(demo.output)
    demo.edit(BROKEN, lambda text: text.replace("publish: tomorow", "publish: 2027-03-01 09:00"))
    demo.wait_for("1 updated", 60, after=said)


def test_stopped_is_held_and_a_person_lets_it_go(demo: DemoRun) -> None:
    done = demo.command("stop", "--account", "larkfell-workshop", "--reason", "a test")
    assert done.returncode == 0, done.stderr
    said = len(demo.output)
    demo.edit(HELD, go_now)
    demo.wait_for("HELD: Zip or buttons?", 60, after=said)
    assert public(demo, "412 zips") == 0
    alone = demo.command("resume", "--account", "larkfell-workshop", "--reason", "tested")
    assert alone.returncode == 1, "the stack knows who has to sign for it"
    lifted = demo.lift("larkfell-workshop")
    assert lifted.returncode == 0, lifted.stderr
    said = len(demo.output)
    done = demo.command("resume", f"content/{HELD}", "--reason", "still good", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "SCHEDULED"
    demo.wait_for("live: Zip or buttons?", 60, after=said)
    assert public(demo, "412 zips") == 1


def test_stop_refuses_a_name_that_is_not_there(demo: DemoRun) -> None:
    done = demo.command("stop", "--account", "larkfell-shopp")
    assert done.returncode == 1
    assert "Did you mean `larkfell-shop`?" in done.stderr


def test_a_plan_after_a_push_is_empty(demo: DemoRun) -> None:
    done = demo.command("plan", "--format", "json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["counts"]["create"] == plan["counts"]["update"] == plan["counts"]["cancel"] == 0
    assert demo.command("push").returncode == 0


def test_a_mass_change_needs_its_digest(demo: DemoRun) -> None:
    posts = demo.workspace / "content" / "larkfell" / "posts"
    away = demo.workspace / "away"
    posts.joinpath("2027").rename(away)
    try:
        done = demo.command("push")
        assert done.returncode == 1
        assert "needs approval" in done.stderr
        assert "Signpost-Approve: " in done.stderr
        assert demo.command("push", "--approve-digest", "0" * 64).returncode == 1
    finally:
        away.rename(posts / "2027")


def test_another_workspace_is_refused(demo: DemoRun) -> None:
    text = (demo.workspace / "content" / "signpost.yaml").read_text()
    other = demo.stack / "other" / "content"
    other.mkdir(parents=True)
    (other / "signpost.yaml").write_text(text.replace("workspace: demo", "workspace: else"))
    (demo.workspace / "content" / "larkfell").rename(other / "larkfell")
    try:
        done = demo.command("plan", "--content", str(other))
        assert done.returncode == 1
        assert "belongs to workspace `demo`" in done.stderr
    finally:
        (other / "larkfell").rename(demo.workspace / "content" / "larkfell")


def test_a_second_demo_in_the_same_folder_is_refused(demo: DemoRun) -> None:
    second = DemoRun.__new__(DemoRun)
    second.__dict__.update(demo.__dict__)
    second.start("--once")
    assert second.finish(60) == 1
    wait_until(lambda: "running already" in second.output, 5, lambda: second.output)
    assert demo.process.poll() is None


def test_up_says_that_it_is_up(demo: DemoRun) -> None:
    done = demo.command("up")
    assert done.returncode == 1
    assert "running already" in done.stderr
