"""infra/template.yaml in the emulator: it deploys, its functions run, its roles hold.

The emulator enforces roles for calls that function code makes; what services may do to each other is
asserted on the template (tests/infra).

More than 400 lines: one stack, started once.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signpost.aws.session import Clients
from signpost.aws.site import MODE
from signpost.cli.main import run
from signpost.connectors.registry import Registry
from signpost.domain.delivery import About, Part, make_bundle
from signpost.errors import StackError
from signpost.local.deploy import deploy_template, local_clients
from signpost.local.emulator import ACCESS_KEY, REGION, SECRET_KEY, Emulator
from signpost.usecases.verdict import parse_verdict
from tests.handlers.conftest import sqs_event
from tests.perf.canned import delivery
from tests.website.finished import HASH, VERSION, write_site

PARAMETERS = {"Workspace": "acme", "Ages": "60"}

PROBE = """
import boto3, json
def handler(event, context):
    client = boto3.client(event["service"])
    try:
        getattr(client, event["call"])(**event["arguments"])
        return "allowed"
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
"""


@dataclass(frozen=True)
class Stack:
    """A deployed stack."""

    emulator: Emulator
    outputs: dict[str, str]
    clients: Clients

    def invoke(self, name: str, event: Any) -> Any:
        """A function's answer."""
        answer = self.clients.get("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        value = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, value
        return value


@pytest.fixture(scope="module")
def package(project: Path) -> Path:
    done = subprocess.run(
        [sys.executable, str(project / "infra" / "package.py"), "--local"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return project / "build" / "lambda-local"


@pytest.fixture(scope="module")
def stack(
    project: Path, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    emulator = Emulator.start(tmp_path_factory.mktemp("emulator"))
    try:
        template = project / "infra" / "template.yaml"
        outputs = deploy_template(emulator.endpoint, template, package, PARAMETERS)
        yield Stack(emulator, outputs, local_clients(emulator.endpoint))
    finally:
        emulator.stop()


def wait_for(condition: Callable[[], Any], seconds: float = 180.0) -> Any:
    """What the condition returns once that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not come true in time")


def objects_of(stack: Stack) -> set[str]:
    found = stack.clients.get("s3").list_objects_v2(Bucket=stack.outputs["Bucket"])
    return {entry["Key"] for entry in found.get("Contents", ())}


# --- the functions run --------------------------------------------------------------------------


def test_control_opens_the_workspace(stack: Stack) -> None:
    event = {"action": "resume", "scope": "*", "actor": "test", "reason": "begin"}
    answer = stack.invoke(stack.outputs["ControlFunction"], event)
    assert answer["ok"] is True
    assert answer["scopes"] == []


def test_tick_runs(stack: Stack) -> None:
    answer = stack.invoke(stack.outputs["TickFunction"], {"id": "1", "source": "aws.events"})
    assert answer["overdue"] == 0
    assert "state/deliveries.json" in objects_of(stack)


def test_publish_and_measure_run(stack: Stack) -> None:
    message = {"delivery": "acme/shop/none/fedi", "age_s": 60}
    for name in ("PublishFunction", "MeasureFunction"):
        answer = stack.invoke(stack.outputs[name], sqs_event(message))
        assert answer == {"batchItemFailures": []}


def test_a_pushed_bundle_gets_its_verdict(stack: Stack) -> None:
    """S3 tells EventBridge, EventBridge starts schedule, schedule answers."""
    bundle = make_bundle("acme", [], previous="")
    stack.clients.get("s3").put_object(
        Bucket=stack.outputs["Bucket"],
        Key=f"bundles/{bundle.digest}.jsonl",
        Body=bundle.data,
        IfNoneMatch="*",
    )
    wait_for(lambda: f"verdicts/{bundle.digest}.json" in objects_of(stack))


def test_the_queue_feeds_publish(stack: Stack) -> None:
    """SQS hands the message to publish, which takes it off the queue."""
    sqs, url = stack.clients.get("sqs"), stack.outputs["PublishQueue"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"delivery": "acme/shop/none/fedi"}))

    def is_empty() -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return all(value == "0" for value in found.values())

    wait_for(is_empty)


def test_two_thousand_new_deliveries_in_one_push(stack: Stack) -> None:
    """Within the function's time limit, which the emulator enforces; waited for half of it."""
    s3, bucket = stack.clients.get("s3"), stack.outputs["Bucket"]
    accepted = json.loads(s3.get_object(Bucket=bucket, Key="state/deliveries.json")["Body"].read())
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    one = delivery("https://social.example", account="fedi")
    wanted = [
        (
            replace(
                one,
                workspace="acme",
                post=f"post-{number:04d}",
                due=due + timedelta(minutes=number),
                local=(due + timedelta(minutes=number)).replace(tzinfo=None).isoformat(sep=" "),
                parts=Registry()
                .get("mastodon")
                .render((Part(f"Text number {number}"),), link="", language="en", options={}),
            ),
            About(title=f"Post {number}"),
        )
        for number in range(2000)
    ]
    bundle = make_bundle("acme", wanted, previous=accepted["bundle"])
    key = f"bundles/{bundle.digest}.jsonl"
    s3.put_object(Bucket=bucket, Key=key, Body=bundle.data, IfNoneMatch="*")
    name = f"verdicts/{bundle.digest}.json"
    wait_for(lambda: name in objects_of(stack), seconds=150)
    verdict = parse_verdict(s3.get_object(Bucket=bucket, Key=name)["Body"].read())
    assert (verdict.code, verdict.reason) == ("accepted", "")
    assert len(verdict.changes) == 2000


# --- roles hold ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def probe(stack: Stack) -> Callable[[str, str, str, dict[str, Any]], str]:
    """Makes a call with the role of one of our functions, from inside a function."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("probe.py", PROBE)
    client = stack.clients.get("lambda")
    made: set[str] = set()

    def call(function: str, service: str, method: str, arguments: dict[str, Any]) -> str:
        name = f"probe-{function}"
        if name not in made:
            role = client.get_function_configuration(
                FunctionName=stack.outputs[f"{function}Function"]
            )["Role"]
            client.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=role,
                Handler="probe.handler",
                Code={"ZipFile": buffer.getvalue()},
                Timeout=20,
            )
            made.add(name)
        event = {"service": service, "call": method, "arguments": arguments}
        answer: str = stack.invoke(name, event)
        return answer

    return call


def test_roles_reach_what_is_theirs(stack: Stack, probe: Any) -> None:
    bucket, ssm = stack.outputs["Bucket"], stack.clients.get("ssm")
    ssm.put_parameter(Name="/signpost/acme/token", Value="{}", Type="SecureString", Overwrite=True)
    stack.clients.get("s3").put_object(Bucket=bucket, Key="media/a", Body=b"a")
    get = {"Bucket": bucket, "Key": "media/a"}
    assert probe("Publish", "s3", "get_object", get) == "allowed"
    token = {"Name": "/signpost/acme/token", "WithDecryption": True}
    assert probe("Publish", "ssm", "get_parameter", token) == "allowed"
    assert probe("Control", "ssm", "get_parameter", token) == "allowed"


@pytest.mark.parametrize(
    ("function", "service", "method", "arguments"),
    [
        ("Publish", "s3", "get_object", {"Bucket": "{Bucket}", "Key": "state/deliveries.json"}),
        ("Publish", "s3", "put_object", {"Bucket": "{Bucket}", "Key": "media/b", "Body": "b"}),
        ("Publish", "ssm", "get_parameter", {"Name": "/signpost/other/token"}),
        ("Publish", "dynamodb", "scan", {"TableName": "{Ledger}"}),
        ("Publish", "dynamodb", "query", {
            "TableName": "{Metrics}", "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "x"}},
        }),
        ("Schedule", "ssm", "get_parameter", {"Name": "/signpost/acme/token"}),
        ("Schedule", "s3", "put_object", {"Bucket": "{Bucket}", "Key": "bundles/b", "Body": "b"}),
        ("Tick", "sqs", "receive_message", {"QueueUrl": "{PublishQueue}"}),
        ("Tick", "ssm", "get_parameter", {"Name": "/signpost/acme/token"}),
        ("Measure", "dynamodb", "update_item", {
            "TableName": "{Ledger}", "Key": {"pk": {"S": "D#x"}, "sk": {"S": "STATE"}},
        }),
        ("Measure", "sqs", "send_message", {"QueueUrl": "{PublishQueue}", "MessageBody": "{}"}),
        ("Control", "s3", "get_object", {"Bucket": "{Bucket}", "Key": "verdicts/a"}),
        ("Control", "s3", "get_object", {"Bucket": "{Bucket}", "Key": "media/a"}),
        ("Control", "ssm", "get_parameter", {"Name": "/signpost/other/token"}),
        ("Control", "lambda", "invoke", {"FunctionName": "{PublishFunction}"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_roles_reach_nothing_else(
    stack: Stack, probe: Any, function: str, service: str, method: str, arguments: dict[str, Any]
) -> None:
    filled = {
        name: value.format(**stack.outputs)
        if isinstance(value, str) and value.startswith("{") and value != "{}"
        else value
        for name, value in arguments.items()
    }
    answer = probe(function, service, method, filled)
    assert answer in {"AccessDenied", "AccessDeniedException"}, answer


def test_no_function_is_open_to_strangers(stack: Stack) -> None:
    strange = Clients(
        endpoint=stack.emulator.endpoint,
        region="eu-central-1",
        access_key="AKIAUNKNOWN000000000",
        secret_key="no",
    )
    client = strange.get("lambda")
    with pytest.raises(client.exceptions.ClientError):
        client.invoke(FunctionName=stack.outputs["ControlFunction"], Payload=b"{}")


# --- the site -------------------------------------------------------------------------------------


def test_the_site_is_published_into_its_bucket(
    stack: Stack, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "strategy-site/docs").mkdir(parents=True)
    write_site(tmp_path / "site")
    for name, value in {
        "SIGNPOST_SITE_BUCKET": stack.outputs["SiteBucket"],
        "SIGNPOST_SITE_DISTRIBUTION": stack.outputs["SiteDistribution"],
        "SIGNPOST_ENDPOINT": stack.emulator.endpoint,
        "SIGNPOST_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }.items():
        monkeypatch.setenv(name, value)
    words = ["site", "publish", "--site", str(tmp_path / "strategy-site"), "--content",
             str(project / "content")]  # fmt: skip
    s3, bucket = stack.clients.get("s3"), stack.outputs["SiteBucket"]
    # The emulator gives a bucket none of the template's tags.
    tags = {"TagSet": [{"Key": MODE, "Value": stack.outputs["SiteMode"]}]}
    s3.put_bucket_tagging(Bucket=bucket, Tagging=tags)
    assert run(words) == 0
    write_site(tmp_path / "site", {f"{VERSION}/index.html": "<p>other words</p>"})
    assert run(words) == 0
    page = s3.get_object(Bucket=bucket, Key=f"site/{VERSION}/index.html")
    assert page["Body"].read() == b"<p>other words</p>"
    assert f"script-src 'self' '{HASH}'" in page["Metadata"]["csp"]
    assert (
        json.loads(s3.get_object(Bucket=bucket, Key="publication.json")["Body"].read())["number"]
        == 2
    )
    cloudfront = stack.clients.get("cloudfront")
    told = cloudfront.list_invalidations(DistributionId=stack.outputs["SiteDistribution"])
    assert len(told["InvalidationList"]["Items"]) == 1, "of the second publication alone"
    assert stack.outputs["SiteMode"] == "closed"


# --- deploying and stopping ---------------------------------------------------------------------


def test_deploying_again_changes_nothing(stack: Stack, project: Path, package: Path) -> None:
    template = project / "infra" / "template.yaml"
    again = deploy_template(stack.emulator.endpoint, template, package, PARAMETERS)
    assert again == stack.outputs


def test_a_template_that_names_its_code_otherwise_is_refused(
    stack: Stack, package: Path, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {}")
    with pytest.raises(StackError, match="exactly once"):
        deploy_template(stack.emulator.endpoint, template, package, PARAMETERS)


def test_a_stack_that_cannot_be_made_says_why(stack: Stack, package: Path, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(
        "Metadata:\n  CodeUri: ../build/lambda\n"
        "Resources:\n  Nonsense:\n    Type: AWS::Nonsense::Thing\n"
    )
    with pytest.raises(StackError, match="Nonsense"):
        deploy_template(stack.emulator.endpoint, template, package, {}, stack="broken")


# --- the emulator's life ------------------------------------------------------------------------


def test_it_keeps_its_state_and_knows_when_it_was_killed(tmp_path: Path) -> None:
    first = Emulator.start(tmp_path)
    assert not first.lost_state
    local_clients(first.endpoint).get("ssm").put_parameter(Name="/a", Value="1", Type="String")
    first.stop()
    assert not first.alive

    second = Emulator.start(tmp_path, first.port)
    assert not second.lost_state
    ssm = local_clients(second.endpoint).get("ssm")
    assert ssm.get_parameter(Name="/a")["Parameter"]["Value"] == "1"
    os.kill(second.pid, signal.SIGKILL)
    second.stop()

    third = Emulator.start(tmp_path)
    try:
        assert third.lost_state
        found = local_clients(third.endpoint).get("ssm").describe_parameters()["Parameters"]
        assert found == []
    finally:
        third.stop()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path, project: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\n"
        "from signpost.local.emulator import Emulator\n"
        "emulator = Emulator.start(Path(sys.argv[1]))\n"
        "print(emulator.port, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(project / "functions")},
    )
    with parent:
        assert parent.stdout is not None
        port = int(parent.stdout.readline())
        parent.kill()
    # The next start waits for the lock, that is until the orphan has saved and gone.
    following = Emulator.start(tmp_path)
    try:
        assert not following.lost_state
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    finally:
        following.stop()


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    emulator = Emulator.start(tmp_path / "one")
    try:
        with pytest.raises(StackError, match=f"Port {emulator.port}"):
            Emulator.start(tmp_path / "two", emulator.port)
    finally:
        emulator.stop()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StackError, match="cannot write"):
        Emulator.start(blocked / "emulator")
