"""The cold path of `publish` as a process, and the modules that each handler imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.perf.canned import BUCKET, TABLE, WORKSPACE, canned
from tests.perf.figure import Figure, paired, python

HANDLERS = ("schedule", "tick", "publish", "measure", "control")
NEVER = ("yaml", "typer", "click", "jinja2", "pydantic", "requests", "httpx", "moto")

_OURS = """
import json, os
from signpost.handlers.publish import handler
class Context:
    aws_request_id = "bench"
    function_name = "publish"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:publish"
    def get_remaining_time_in_millis(self): return 60000
body = json.dumps({"delivery": os.environ["DELIVERY"]})
record = {"messageId": "00000000-0000", "body": body, "eventSource": "aws:sqs",
          "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "receiptHandle": "r",
          "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:publish"}
answer = handler({"Records": [record]}, Context())
assert answer == {"batchItemFailures": []}, answer
"""

_PLAIN = """
import json, os
import boto3, urllib3
from botocore.config import Config
session = boto3.Session()
def client(name): return session.client(name, config=Config(retries={"total_max_attempts": 1}))
db = client("dynamodb")
key = {"pk": {"S": "D#x"}, "sk": {"S": "STATE"}}
db.batch_get_item(RequestItems={"Ledger": {"Keys": [key], "ConsistentRead": True}})
client("s3").get_object(Bucket="bucket", Key="bundles/x", Range="bytes=0-99")["Body"].read()
client("ssm").get_parameter(Name="/signpost/x", WithDecryption=True)
db.update_item(TableName="Ledger", Key=key, UpdateExpression="SET a = :a",
               ExpressionAttributeValues={":a": {"N": "1"}})
db.transact_write_items(TransactItems=[{"Put": {"TableName": "Ledger", "Item": key}}])
urllib3.PoolManager().request("POST", os.environ["CHANNEL"] + "/api/v1/statuses", json={"status": "x"})
db.update_item(TableName="Ledger", Key=key, UpdateExpression="SET a = :a",
               ExpressionAttributeValues={":a": {"N": "1"}})
"""


def environment(address: str, delivery: str) -> dict[str, str]:
    """The environment of the function, pointing at the canned endpoint."""
    return {
        **os.environ,
        "PYTHONPATH": "functions",
        "AWS_ENDPOINT_URL": address,
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "SIGNPOST_WORKSPACE": WORKSPACE,
        "SIGNPOST_BUCKET": BUCKET,
        "SIGNPOST_LEDGER": TABLE,
        "SIGNPOST_METRICS": "Metrics",
        "SIGNPOST_PUBLISH_QUEUE": f"{address}/000000000000/publish",
        "SIGNPOST_PUBLISH_DLQ": f"{address}/000000000000/publish-dlq",
        "SIGNPOST_MEASURE_QUEUE": f"{address}/000000000000/measure",
        "SIGNPOST_AGES": "60,900",
        "SIGNPOST_SECRETS_PATH": f"/signpost/{WORKSPACE}",
        "CHANNEL": address,
        "DELIVERY": delivery,
        "POWERTOOLS_SERVICE_NAME": "signpost",
        "AWS_LAMBDA_FUNCTION_NAME": "publish",
    }


def cold_publish(rounds: int = 15) -> Figure:
    """Process time of one publish against the same calls with plain boto3."""
    with canned() as (address, delivery, server):
        env = environment(address, delivery.id)
        python(_OURS, env)
        if server.writes != 3:
            raise RuntimeError(f"publish made {server.writes} DynamoDB writes, not 3")
        result = paired(lambda: python(_OURS, env), lambda: python(_PLAIN, env), rounds)
    return Figure(
        "cold_publish", result.pop("ratio"), "ratio", 1.2,
        "the same calls with plain boto3, paired", result,
    )  # fmt: skip


def modules(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter has after running the code."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    env = {**os.environ, "PYTHONPATH": "functions", "AWS_DEFAULT_REGION": "eu-central-1"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, check=True, capture_output=True, text=True
    )
    names: list[str] = json.loads(done.stdout)
    return set(names)


def imported() -> Iterator[Figure]:
    """Modules of each handler against those of boto3 with a DynamoDB client."""
    plain = modules("import boto3; boto3.client('dynamodb')")
    for name in HANDLERS:
        code = f"import boto3; boto3.client('dynamodb'); import signpost.handlers.{name}"
        found = modules(code)
        tops = {module.partition(".")[0] for module in found}
        wrong = sorted(tops & set(NEVER))
        ratio = len(found) / len(plain)
        yield Figure(
            f"modules_{name}", ratio if not wrong else float("inf"), "ratio", 1.5,
            "boto3 with a DynamoDB client",
            {"ours": len(found), "theirs": len(plain), "forbidden": wrong},
        )  # fmt: skip
