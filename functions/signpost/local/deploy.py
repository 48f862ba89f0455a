"""Puts `infra/template.yaml` into the local emulator through CloudFormation, as AWS would."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from signpost.aws.session import Clients
from signpost.errors import StackError
from signpost.local.emulator import ACCESS_KEY, REGION, SECRET_KEY

STACK = "signpost"
_ARTEFACTS = "signpost-artefacts"
LOCAL_PARAMETERS = {"DeletionProtection": "false", "RequireTls": "false"}
"""What differs from AWS: the tables are thrown away with the emulator, which speaks plain HTTP."""

_CODE = "CodeUri: ../build/lambda"
_WAIT_S = 60.0


def local_clients(endpoint: str, *, read_timeout_s: float = 60.0) -> Clients:
    """Clients that speak to the emulator as the account's owner."""
    return Clients(
        endpoint=endpoint,
        region=REGION,
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        read_timeout_s=read_timeout_s,
    )


def deploy_template(
    endpoint: str,
    template: Path,
    package: Path,
    parameters: Mapping[str, str],
    *,
    stack: str = STACK,
) -> dict[str, str]:
    """Create or update the stack, and wait until it stands.

    Args:
        endpoint: the emulator's address.
        template: `infra/template.yaml`.
        package: `build/lambda`, a folder or a zip of it.
        parameters: the template's parameters, but for LOCAL_PARAMETERS.
        stack: the stack's name.

    Returns:
        The stack's outputs by name.

    Raises:
        StackError: the template was refused or a resource could not be made.
    """
    clients = local_clients(endpoint)
    s3 = clients.get("s3")
    body = _with_code(template, _upload(s3, package)).encode()
    # A template that is sent along may have 51,200 bytes; one that lies in a bucket, a million
    # (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html,
    # read 2026-11-22).
    kept = f"{hashlib.sha256(body).hexdigest()}.yaml"
    s3.put_object(Bucket=_ARTEFACTS, Key=kept, Body=body)
    cloudformation = clients.get("cloudformation")
    arguments = {
        "StackName": stack,
        "TemplateURL": f"{endpoint}/{_ARTEFACTS}/{kept}",
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in {**LOCAL_PARAMETERS, **parameters}.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        if _describe(cloudformation, stack) is None:
            cloudformation.create_stack(**arguments)
        else:
            cloudformation.update_stack(**arguments)
    except ClientError as error:
        if "No updates" not in str(error):
            raise StackError(f"The template was refused: {error}") from error
    except BotoCoreError as error:
        raise StackError(f"The emulator gave no answer: {error}") from error
    return _wait(cloudformation, stack)


def _upload(s3: Any, package: Path) -> str:
    """Store the package under its digest; its address as the template wants it."""
    data = package.read_bytes() if package.is_file() else _zipped(package)
    key = f"{hashlib.sha256(data).hexdigest()}.zip"
    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    if _ARTEFACTS not in buckets:
        s3.create_bucket(
            Bucket=_ARTEFACTS, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    s3.put_object(Bucket=_ARTEFACTS, Key=key, Body=data)
    return f"s3://{_ARTEFACTS}/{key}"


def _zipped(folder: Path) -> bytes:
    if not folder.is_dir():
        raise StackError(f"There is no package at {folder}.", "Run `make package`.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.writestr(
                    zipfile.ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes()
                )
    return buffer.getvalue()


def _with_code(template: Path, address: str) -> str:
    text = template.read_text(encoding="utf-8")
    if text.count(_CODE) != 1:
        raise StackError(f"{template} does not name its code as '{_CODE}' exactly once.")
    return text.replace(_CODE, f"CodeUri: {address}")


def _describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError:
        return None
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def _wait(cloudformation: Any, stack: str) -> dict[str, str]:
    deadline = time.monotonic() + _WAIT_S
    while time.monotonic() < deadline:
        found = _describe(cloudformation, stack)
        status = found["StackStatus"] if found else "missing"
        if found and status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {out["OutputKey"]: out["OutputValue"] for out in found.get("Outputs", ())}
        if not status.endswith("_IN_PROGRESS") or status.startswith("ROLLBACK"):
            break
        time.sleep(0.1)
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        if event["ResourceStatus"].endswith("FAILED")
    ]
    raise StackError(f"The stack ended as {status}. {' '.join(reversed(reasons))}".strip())
