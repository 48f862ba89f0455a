"""What the emulator does not enforce is asserted on the templates: who may call whom, and with what.

Invariant 17: no TTL on ledger rows. Queues follow PUBLISHING.md section 2.
More than 400 lines: one template, read once.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signpost.aws import items
from signpost.aws.site import MODE
from signpost.observability import NAMESPACE, SERVICE
from signpost.settings import NAMES, REQUIRE, ROOTS, SIGNOFF
from tests.cloudformation import load

TEMPLATE = load("template.yaml")
OIDC = load("github-oidc.yaml")
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = ("Schedule", "Tick", "Publish", "Measure", "Control", "Signoff", "ControlForPages")

WILDCARDS = {
    "bundles/*": "all bundles: their names are digests that are not known before",
    "media/*": "all media: as above",
    "releases/*": "what proves releases: their names are brands and digests",
    "verdicts/*": "all verdicts: as above",
    "state/*": "all state files: the state prefix belongs to this stack alone",
    "signoff/*": "entries of the audit trail, in a write-once bucket: named by their instants",
    "ledger/*": "copies of the ledger's trail there: as above",
    "site/*": "the files of the site: the site bucket belongs to this stack alone",
    "parameter${SecretsPrefix}/${Workspace}/*": "the tokens of this workspace, named by accounts",
}
"""Each wildcard at the end of a resource, and its reason. Any other is a fault."""


def of_type(kind: str) -> dict[str, Any]:
    return {name: r["Properties"] for name, r in RESOURCES.items() if r["Type"] == kind}


def properties(name: str) -> Any:
    return RESOURCES[name]["Properties"]


def statements(template: dict[str, Any] = TEMPLATE) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every permission of a role or managed policy, with the name of its owner."""
    for name, resource in template["Resources"].items():
        found = resource.get("Properties", {})
        documents = [policy["PolicyDocument"] for policy in found.get("Policies", ())]
        owner = name
        if resource["Type"] in {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"}:
            documents.append(found["PolicyDocument"])
            owner = found["Roles"][0]["Ref"] if resource["Type"] == "AWS::IAM::Policy" else name
        for document in documents:
            yield from ((owner, statement) for statement in document["Statement"])


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def att(name: str, attribute: str = "Arn") -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def granted(role: str) -> set[tuple[str, str]]:
    """(action, resource) pairs of a role; resources as canonical text."""
    return {
        (action, json.dumps(resource, sort_keys=True))
        for owner, statement in statements()
        if owner == role
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }


def has(role: str, action: str, resource: Any) -> bool:
    return (action, json.dumps(resource, sort_keys=True)) in granted(role)


# --- service to service -------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "function"), [("BundleRule", "Schedule"), ("TickRule", "Tick")])
def test_eventbridge_may_invoke_its_function_and_no_other(rule: str, function: str) -> None:
    targets = properties(rule)["Targets"]
    assert [target["Arn"] for target in targets] == [att(f"{function}Function")]
    permissions = [
        permission
        for permission in of_type("AWS::Lambda::Permission").values()
        if permission["SourceArn"] == att(rule)
    ]
    assert permissions == [
        {
            "FunctionName": {"Ref": f"{function}Function"},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": att(rule),
        }
    ]


def test_there_is_no_other_resource_policy_of_a_function() -> None:
    rules = len(of_type("AWS::Events::Rule"))
    assert len(of_type("AWS::Lambda::Permission")) == rules + 1 == 3


def test_only_our_api_may_invoke_the_pages_and_only_by_our_name() -> None:
    permission = properties("ApiInvokesSignoff")
    assert permission["FunctionName"] == {"Ref": "SignoffFunction"}
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${SignoffApi}/*")
    assert properties("SignoffApi")["DisableExecuteApiEndpoint"] is True
    assert "CorsConfiguration" not in properties("SignoffApi")
    for name in ("SignoffApi", "SignoffHost", "SignoffStage", "ApiInvokesSignoff"):
        assert RESOURCES[name]["Condition"] == "HasSignoffDomain"
    for name in ("SignoffFunction", "Signoff", "SignoffRole"):
        assert RESOURCES[name]["Condition"] == "HasSignoff"
    stage = properties("SignoffStage")
    limits = (stage["DefaultRouteSettings"], *stage["RouteSettings"].values())
    assert all(limit["ThrottlingRateLimit"] <= 30 for limit in limits)
    assert set(stage["RouteSettings"]) == {properties("SignoffActs")["RouteKey"]}


def test_the_pages_reach_no_ledger_and_no_token() -> None:
    reached = json.dumps(sorted(granted("SignoffRole")))
    assert "Ledger" not in reached
    tokens = [where for action, where in granted("SignoffRole") if action.startswith("ssm:")]
    assert len(tokens) == 1
    # The key of passes, which lies beside no token; infra/deploy.sh puts it there.
    assert "parameter/signpost-site/${Workspace}/entrance" in tokens[0]
    assert {action for action, _ in granted("SignoffRole") if action.startswith("s3:Put")} == {
        "s3:PutObject"
    }
    assert has("SignoffRole", "s3:PutObject", {"Fn::Sub": "${SignoffArchive.Arn}/signoff/*"})
    keys = {
        statement["Sid"]: statement["Condition"]["ForAllValues:StringEquals"]
        for owner, statement in statements()
        if owner == "SignoffRole" and "Condition" in statement
    }
    leading = "dynamodb:LeadingKeys"
    assert keys == {
        "UseUp": {leading: ["invite", "nonce", "session"]}, "Count": {leading: ["rate"]}
    }  # fmt: skip


def test_the_audit_trail_is_written_once() -> None:
    archive = properties("SignoffArchive")
    assert archive["ObjectLockEnabled"] is True
    assert archive["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Years"] == 10
    assert set(archive["PublicAccessBlockConfiguration"].values()) == {True}
    assert all("Bypass" not in action for _, s in statements() for action in listed(s["Action"]))
    assert RESOURCES["SignoffArchive"]["DeletionPolicy"] == "Retain"


def test_s3_tells_eventbridge_and_only_bundles_start_schedule() -> None:
    notification = properties("Bucket")["NotificationConfiguration"]
    assert notification == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert properties("BundleRule")["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [{"Ref": "Bucket"}]},
            "object": {"key": [{"prefix": "bundles/"}]},
        },
    }


def test_only_undelivered_events_come_into_a_queue_from_outside() -> None:
    (policy,) = of_type("AWS::SQS::QueuePolicy").values()
    assert policy["Queues"] == [{"Ref": "ScheduleDlq"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert statement["Resource"] == att("ScheduleDlq")
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": att("BundleRule")}}
    (target,) = properties("BundleRule")["Targets"]
    assert target["DeadLetterConfig"] == {"Arn": att("ScheduleDlq")}


def test_a_failed_schedule_ends_in_its_dead_letter_queue() -> None:
    queue = {"Type": "SQS", "TargetArn": att("ScheduleDlq")}
    assert properties("ScheduleFunction")["DeadLetterQueue"] == queue
    assert has("ScheduleRole", "sqs:SendMessage", att("ScheduleDlq"))


@pytest.mark.parametrize("function", ["Publish", "Measure"])
def test_lambda_may_take_from_the_queue_it_is_fed_by(function: str) -> None:
    source = properties(f"{function}Source")
    assert source["EventSourceArn"] == att(f"{function}Queue")
    assert source["FunctionName"] == {"Ref": f"{function}Function"}
    for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
        assert has(f"{function}Role", f"sqs:{action}", att(f"{function}Queue"))


def test_cloudwatch_may_raise_alarms_and_nobody_else() -> None:
    (policy,) = of_type("AWS::SNS::TopicPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert statement["Resource"] == {"Ref": "Alarms"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    assert "KmsMasterKeyId" not in properties("Alarms")


def test_only_lambda_takes_on_the_roles_of_functions() -> None:
    for name, role in of_type("AWS::IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}, name
        assert "ManagedPolicyArns" not in role, name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_role_and_a_log_group_of_its_own(function: str) -> None:
    assert properties(f"{function}Function")["Role"] == att(f"{function}Role")
    assert "Policies" not in properties(f"{function}Function")
    assert "Events" not in properties(f"{function}Function")
    logs = att(f"{function}Logs")
    assert has(f"{function}Role", "logs:PutLogEvents", logs)
    assert has(f"{function}Role", "logs:CreateLogStream", logs)
    name = properties(f"{function}Function")["FunctionName"]["Fn::Sub"]
    assert properties(f"{function}Logs")["LogGroupName"]["Fn::Sub"] == f"/aws/lambda/{name}"
    assert properties(f"{function}Logs")["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert RESOURCES[f"{function}Function"]["DependsOn"] == f"{function}Logs"


# --- least privilege ----------------------------------------------------------------------------


@pytest.mark.parametrize("template", [TEMPLATE, OIDC], ids=["template", "github-oidc"])
def test_no_wildcard_without_a_written_reason(template: dict[str, Any]) -> None:
    for owner, statement in statements(template):
        where = f"{owner}.{statement['Sid']}"
        assert statement["Effect"] == "Allow", where
        assert not {"NotAction", "NotResource"} & set(statement), where
        assert all("*" not in action for action in listed(statement["Action"])), where
        for resource in listed(statement["Resource"]):
            text = json.dumps(resource)
            if "*" not in text:
                continue
            assert text.count("*") == 1, where
            assert any(f'{end}"' in text for end in WILDCARDS), f"{where}: {text}"


def test_actions_of_each_role() -> None:
    """A permission that is added must be added here, too, by somebody who thought about it."""
    own = {"logs:CreateLogStream", "logs:PutLogEvents"}
    worker = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    read = {"dynamodb:BatchGetItem", "s3:GetObject", "s3:ListBucket"}
    expected = {
        "ScheduleRole": {
            *own, *read, "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query",
            "s3:PutObject", "sqs:SendMessage",
        },
        "TickRole": {
            *own, *read, "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query",
            "s3:PutObject", "sqs:SendMessage",
        },
        "PublishRole": {
            *own, *read, *worker, "dynamodb:ConditionCheckItem", "dynamodb:UpdateItem",
            "dynamodb:GetItem",
            "dynamodb:Query", "sqs:SendMessage", "ssm:GetParameter",
        },
        "MeasureRole": {
            *own, *read, *worker, "dynamodb:PutItem", "dynamodb:Query", "ssm:GetParameter",
        },
        "ControlRole": {
            *own, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem",
            "dynamodb:Query", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sqs:SendMessage",
            "ssm:GetParameter",
        },
        "ControlForPagesRole": {
            *own, "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem",
            "dynamodb:Query", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sqs:SendMessage",
        },
        "SignoffRole": {
            *own, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
            "dynamodb:UpdateItem", "lambda:InvokeFunction", "s3:GetObject", "s3:ListBucket",
            "s3:PutObject", "ssm:GetParameter",
        },
    }  # fmt: skip
    roles = of_type("AWS::IAM::Role")
    assert {name: {action for action, _ in granted(name)} for name in roles} == expected


def test_nobody_may_delete_but_files_of_the_site() -> None:
    for owner, statement in statements():
        if owner == "SitePublisherPolicy":
            assert "s3:DeleteObject" not in statement["Action"] or statement["Resource"] == {
                "Fn::Sub": "${SiteBucket.Arn}/site/*"
            }
            continue
        if (owner, statement["Sid"]) == ("SignoffRole", "UseUp"):
            continue  # see test_the_pages_reach_no_ledger_and_no_token
        for action in listed(statement["Action"]):
            harmless = action in {"sqs:DeleteMessage", "lambda:DeleteFunctionConcurrency"}
            assert harmless or "Delete" not in action, owner


def test_publish_cannot_move_the_switch_and_tick_no_row() -> None:
    conditions = {
        owner: statement["Condition"]
        for owner, statement in statements()
        if owner in {"PublishRole", "TickRole"} and "dynamodb:UpdateItem" in statement["Action"]
    }
    keys = "dynamodb:LeadingKeys"
    assert conditions == {
        "PublishRole": {"ForAllValues:StringLike": {keys: ["D#*", "RATE#*"]}},
        "TickRole": {"ForAllValues:StringEquals": {keys: [{"Fn::Sub": "W#${Workspace}"}]}},
    }
    assert items.row_key("x")["pk"]["S"].startswith("D#")
    assert items.rate_key("x")["pk"]["S"].startswith("RATE#")
    assert items.workspace_key("acme", "TICK")["pk"]["S"] == "W#acme"


def test_tokens_are_for_publish_measure_and_control() -> None:
    owners = {
        owner
        for owner, statement in statements()
        if "ssm:" in str(statement["Action"]) and "signpost-site/" not in str(statement["Resource"])
    }
    assert owners == {"PublishRole", "MeasureRole", "ControlRole"}


def test_control_cannot_change_what_is_sent() -> None:
    """Where a token goes, and what a correction says, the accepted bundle says, not who asks."""
    objects = ("s3:GetObject", "s3:PutObject")
    bucket = sorted(f"{a} {r}" for a, r in granted("ControlRole") if a in objects)
    assert [grant.partition("}/")[2].rstrip('"}') for grant in bucket] == [
        "bundles/*", "releases/*", "state/*", "state/*",
    ]  # fmt: skip
    assert not has("ControlRole", "s3:PutObject", {"Fn::Sub": "${Bucket.Arn}/bundles/*"})


def test_the_pages_ask_no_control_but_their_own() -> None:
    """The other one sends again, retracts and corrects for whoever may invoke it."""
    asked = [r for action, r in granted("SignoffRole") if action == "lambda:InvokeFunction"]
    assert asked == [json.dumps(att("ControlForPagesFunction"), sort_keys=True)]
    told = properties("SignoffFunction")["Environment"]["Variables"]
    assert told["SIGNPOST_CONTROL"] == {"Ref": "ControlForPagesFunction"}
    own = properties("ControlForPagesFunction")
    assert own["Handler"] == "signpost.handlers.control_for_pages.handler"
    assert RESOURCES["ControlForPagesFunction"]["Condition"] == "HasSignoff"
    # As control, and never with more; without the tokens it needs no more than these.
    logs = {grant for grant in granted("ControlForPagesRole") if grant[0].startswith("logs:")}
    assert granted("ControlForPagesRole") - logs < granted("ControlRole")


def test_the_operator_may_invoke_control_only() -> None:
    assert has("OperatorPolicy", "lambda:InvokeFunction", att("ControlFunction"))
    invokable = [r for action, r in granted("OperatorPolicy") if action == "lambda:InvokeFunction"]
    assert len(invokable) == 1


# --- CI -----------------------------------------------------------------------------------------


def test_the_push_role_adds_and_reads_answers_only() -> None:
    found = {
        s["Sid"]: (s["Action"], sorted(r["Fn::Sub"].split("/", 1)[1] for r in s["Resource"]))
        for owner, s in statements(OIDC)
        if owner == "PushRole"
    }
    assert found == {
        "AddBundlesAndMedia": ("s3:PutObject", ["bundles/*", "media/*", "releases/*"]),
        "ReadAnswers": ("s3:GetObject", ["state/*", "verdicts/*"]),
    }
    (add,) = (s for owner, s in statements(OIDC) if s["Sid"] == "AddBundlesAndMedia")
    assert add["Condition"] == {"Null": {"s3:if-none-match": "false"}}


def test_pull_requests_read_the_state_only() -> None:
    (only,) = (s for owner, s in statements(OIDC) if owner == "PullRequestRole")
    assert only["Action"] == "s3:GetObject"
    assert only["Resource"]["Fn::Sub"].endswith("/state/*")


@pytest.mark.parametrize("role", ["PushRole", "PullRequestRole"])
def test_subjects_are_exact_and_ours(role: str) -> None:
    document = OIDC["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]
    (statement,) = document["Statement"]
    assert set(statement["Condition"]) == {"StringEquals"}
    issuer = "token.actions.githubusercontent.com"
    subjects = statement["Condition"]["StringEquals"][f"{issuer}:sub"]
    name = role.removesuffix("Role")
    assert subjects == [{"Ref": f"{name}Subject"}, {"Ref": f"{name}SubjectWithIds"}]
    assert statement["Condition"]["StringEquals"][f"{issuer}:aud"] == "sts.amazonaws.com"


@pytest.mark.parametrize(
    ("parameter", "value", "verdict"),
    [
        ("PushSubject", "repo:acme/social:ref:refs/heads/main", "good"),
        ("PushSubject", "repo:acme/social:environment:publish", "good"),
        ("PushSubject", "repo:acme/social:*", "bad"),
        ("PushSubject", "repo:acme/*:ref:refs/heads/main", "bad"),
        ("PushSubject", "repo:acme/social:pull_request", "bad"),
        ("PushSubjectWithIds", "repo:acme@123/social@456:ref:refs/heads/main", "good"),
        ("PushSubjectWithIds", "repo:acme/social:ref:refs/heads/main", "bad"),
        ("PushSubjectWithIds", "none", "good"),
        ("PullRequestSubject", "repo:acme/social:pull_request", "good"),
        ("PullRequestSubject", "repo:acme/social:ref:refs/heads/main", "bad"),
        ("PullRequestSubjectWithIds", "repo:acme@123/social@456:pull_request", "good"),
        ("PullRequestSubjectWithIds", "repo:acme@1*/social@456:pull_request", "bad"),
    ],
)
def test_both_forms_of_a_subject(parameter: str, value: str, verdict: str) -> None:
    pattern = OIDC["Parameters"][parameter]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is (verdict == "good")


# --- storage, queues, alarms --------------------------------------------------------------------


def test_the_bucket_is_private_encrypted_versioned_and_tls_only() -> None:
    bucket = properties("Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (statement,) = properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert TEMPLATE["Parameters"]["RequireTls"]["Default"] == "true"


def test_what_the_pages_remember_ends_by_itself() -> None:
    found = properties("Signoff")
    assert found["TimeToLiveSpecification"] == {"AttributeName": "until", "Enabled": True}
    assert found["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


@pytest.mark.parametrize("table", ["Ledger", "Metrics"])
def test_tables_are_kept(table: str) -> None:
    found = properties(table)
    assert found["BillingMode"] == "PAY_PER_REQUEST"
    assert found["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert found["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert "TimeToLiveSpecification" not in found
    assert RESOURCES[table]["DeletionPolicy"] == RESOURCES[table]["UpdateReplacePolicy"] == "Retain"


def test_the_index_is_what_the_adapter_asks_for() -> None:
    (index,) = properties("Ledger")["GlobalSecondaryIndexes"]
    assert index["IndexName"] == items.INDEX
    assert [key["AttributeName"] for key in index["KeySchema"]] == [items.SHARD, "next_at"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


@pytest.mark.parametrize("name", ["Publish", "Measure"])
def test_queues_follow_the_protocol(name: str) -> None:
    queue, source = properties(f"{name}Queue"), properties(f"{name}Source")
    timeout = properties(f"{name}Function").get(
        "Timeout", TEMPLATE["Globals"]["Function"]["Timeout"]
    )
    assert queue["VisibilityTimeout"] >= 6 * timeout
    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": att(f"{name}Dlq"),
        "maxReceiveCount": 5,
    }
    assert source["BatchSize"] == 1
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "MaximumConcurrency" in source["ScalingConfig"]
    assert "ReservedConcurrentExecutions" not in properties(f"{name}Function")


def test_every_size_of_concurrency_is_a_number() -> None:
    sizes = TEMPLATE["Mappings"]["MaxConcurrency"]
    assert {name: value["Workers"] for name, value in sizes.items()} == {n: int(n) for n in sizes}
    assert list(sizes) == TEMPLATE["Parameters"]["MaxConcurrency"]["AllowedValues"]


def test_functions_get_exactly_their_settings() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert set(variables) == {*NAMES.values(), ROOTS, REQUIRE}
    own = {
        name: set(properties(f"{name}Function").get("Environment", {}).get("Variables", ()))
        for name in FUNCTIONS
    }
    assert own.pop("Signoff") == set(SIGNOFF.values())
    assert own.pop("Tick") == {SIGNOFF["archive"]}
    assert not any(own.values())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_handlers_exist(function: str, project: Path) -> None:
    handler = properties(f"{function}Function")["Handler"]
    module, _, name = handler.rpartition(".")
    assert name == "handler"
    assert (project / "functions" / f"{module.replace('.', '/')}.py").is_file()


def test_alarms() -> None:
    alarms = of_type("AWS::CloudWatch::Alarm")
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in alarms.values())
    watched = {
        (alarm["MetricName"], json.dumps(alarm["Dimensions"][0]["Value"]))
        for alarm in alarms.values()
    }
    for function in FUNCTIONS:
        name = json.dumps({"Ref": f"{function}Function"})
        assert {("Errors", name), ("Throttles", name)} <= watched
    for queue in ("PublishDlq", "MeasureDlq", "ScheduleDlq"):
        name = json.dumps(att(queue, "QueueName"))
        assert ("ApproximateNumberOfMessagesVisible", name) in watched


@pytest.mark.parametrize("metric", ["TickRan", "Overdue", "BadEnd", "WorkerFailed", "TrailBehind"])
def test_our_own_metrics_are_watched_under_their_dimensions(metric: str) -> None:
    (alarm,) = (a for a in of_type("AWS::CloudWatch::Alarm").values() if a["MetricName"] == metric)
    assert alarm["Namespace"] == NAMESPACE
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": SERVICE},
        {"Name": "workspace", "Value": {"Ref": "Workspace"}},
    ]


def test_no_tick_for_three_minutes_rings() -> None:
    alarm = properties("NoTickAlarm")
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (60, 3)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


# --- the site -----------------------------------------------------------------------------------


def test_the_sites_bucket_is_as_private_as_the_other() -> None:
    bucket, site = properties("Bucket"), properties("SiteBucket")
    for name in ("PublicAccessBlockConfiguration", "OwnershipControls", "BucketEncryption",
                 "VersioningConfiguration"):  # fmt: skip
        assert site[name] == bucket[name], name
    assert "WebsiteConfiguration" not in site
    assert set(site["PublicAccessBlockConfiguration"].values()) == {True}
    kept = RESOURCES["SiteBucket"]
    assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == "Retain"


def test_only_our_distribution_reads_the_site_and_only_its_files() -> None:
    statements_of_bucket = properties("SiteBucketPolicy")["PolicyDocument"]["Statement"]
    (tls,) = (item["Fn::If"] for item in statements_of_bucket if "Fn::If" in item)
    (denied,) = properties("BucketPolicy")["PolicyDocument"]["Statement"]
    assert tls[0] == "TlsOnly"
    assert tls[2] == {"Ref": "AWS::NoValue"}
    assert {**tls[1], "Resource": None} == {**denied, "Resource": None}
    ours = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${SiteDistribution}"
    allowed = [item for item in statements_of_bucket if "Fn::If" not in item]
    for item in allowed:
        assert item["Effect"] == "Allow"
        assert item["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        assert item["Condition"] == {"StringEquals": {"AWS:SourceArn": {"Fn::Sub": ours}}}
    assert {item["Action"]: item["Resource"] for item in allowed} == {
        "s3:GetObject": {"Fn::Sub": "${SiteBucket.Arn}/site/*"},
        "s3:ListBucket": att("SiteBucket"),
    }
    access = properties("SiteAccess")["OriginAccessControlConfig"]
    assert access["SigningBehavior"] == "always"


def test_no_policy_of_a_resource_lets_everybody_in() -> None:
    documents = [
        item["PolicyDocument"] for item in map(properties, RESOURCES) if "PolicyDocument" in item
    ]
    assert len(documents) >= 5
    for document in documents:
        for item in document["Statement"]:
            said = item["Fn::If"][1] if "Fn::If" in item else item
            assert said["Effect"] == "Deny" or said.get("Principal") not in ("*", {"AWS": "*"})


def test_every_request_of_the_site_passes_the_door() -> None:
    config = properties("SiteDistribution")["DistributionConfig"]
    behaviour = config["DefaultCacheBehavior"]
    assert "CacheBehaviors" not in config, "a path that goes round the door"
    assert {
        item["EventType"]: item["FunctionARN"] for item in behaviour["FunctionAssociations"]
    } == {
        "viewer-request": att("SiteEntrance", "FunctionMetadata.FunctionARN"),
        "viewer-response": att("SiteHeaders", "FunctionMetadata.FunctionARN"),
    }
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    (origin,) = config["Origins"]
    assert origin["DomainName"] == att("SiteBucket", "RegionalDomainName")
    assert origin["OriginAccessControlId"] == att("SiteAccess", "Id")
    assert origin["OriginPath"] == "/site"
    assert config["DefaultRootObject"] == "index.html"
    (absent,) = config["CustomErrorResponses"]
    assert (absent["ErrorCode"], absent["ResponseCode"]) == (404, 404)
    # Nothing of who asks reaches the bucket, or the cache.
    cached = properties("SiteCachePolicy")["CachePolicyConfig"]
    passed = cached["ParametersInCacheKeyAndForwardedToOrigin"]
    assert {
        passed[f"{name}sConfig"][f"{name}Behavior"] for name in ("Cookie", "Header", "QueryString")
    } == {"none"}
    assert cached["MinTTL"] == 0, "a page would be shown for longer than its headers allow"


def test_the_site_is_closed_unless_somebody_opens_it() -> None:
    assert properties("SiteBucket")["Tags"] == [{"Key": MODE, "Value": {"Ref": "Site"}}]
    assert TEMPLATE["Parameters"]["Site"]["Default"] == "closed"
    assert TEMPLATE["Parameters"]["Site"]["AllowedValues"] == ["closed", "public"]
    code = properties("SiteEntrance")["FunctionCode"]["Fn::Sub"][0]
    assert "const CLOSED = '${Site}' !== 'public';" in code


def test_the_template_holds_no_key_for_passes() -> None:
    assert "ImportSource" not in properties("SiteKeys")
    text = json.dumps(TEMPLATE)
    assert not re.search(r"\b[0-9a-f]{64}\b", text)


@pytest.mark.parametrize("name", ["SignoffDomain", "SignoffLocal"])
@pytest.mark.parametrize(
    "address",
    ["signoff.example/'; evil(); '", "'+evil+'", "a'b", "https://a'", "javascript:alert(1)"],
)
def test_where_one_signs_in_is_an_address_and_no_code(name: str, address: str) -> None:
    """Both are put into the function's code, between apostrophes."""
    code, names = properties("SiteEntrance")["FunctionCode"]["Fn::Sub"]
    assert "const SIGNOFF = '${Signoff}';" in code
    assert names["Signoff"]["Fn::If"][0] == "HasSignoffDomain"
    assert not re.fullmatch(TEMPLATE["Parameters"][name]["AllowedPattern"], address)


def test_who_publishes_the_site_reaches_the_site_only() -> None:
    found = {
        (action, resource.partition("SiteBucket")[2]) for action, resource in granted("SitePublisherPolicy")
        if action.startswith("s3:")
    }  # fmt: skip
    assert found == {
        ("s3:DeleteObject", '.Arn}/site/*"}'),
        ("s3:PutObject", '.Arn}/site/*"}'),
        ("s3:GetObject", '.Arn}/publication.json"}'),
        ("s3:PutObject", '.Arn}/publication.json"}'),
        ("s3:ListBucket", '", "Arn"]}'),
        ("s3:GetBucketTagging", '", "Arn"]}'),
    }
    others = {
        action for action, _ in granted("SitePublisherPolicy") if not action.startswith("s3:")
    }
    assert others == {"cloudfront:CreateInvalidation"}


# --- scanners -----------------------------------------------------------------------------------


def test_cfn_lint_is_content(project: Path) -> None:
    files = [str(project / "infra" / name) for name in ("template.yaml", "github-oidc.yaml")]
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), *files],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_policy_scanner_finds_nothing_high(project: Path) -> None:
    """Parliament, in a process of its own: it leaves files open, which is an error here."""
    script = project / "tests" / "infra" / "scan_policies.py"
    done = subprocess.run(
        [sys.executable, str(script)],
        check=False, capture_output=True, text=True, cwd=project,
        env={"PYTHONPATH": f"{project}:{project / 'functions'}", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) >= len({owner for owner, _ in statements()})
