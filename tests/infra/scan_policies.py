"""Runs parliament over every role and managed policy of the templates.

    python tests/infra/scan_policies.py

Prints how many policies were scanned and every finding; exit code 1 if there is one.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
import types
from pathlib import Path
from typing import Any

from tests.cloudformation import load

BAD = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}],
}
"""What a scanner must object to; otherwise its silence means nothing."""

_ACCOUNT = "123456789012"
_ARNS = {
    "Ledger": f"arn:aws:dynamodb:eu-central-1:{_ACCOUNT}:table/ledger",
    "Metrics": f"arn:aws:dynamodb:eu-central-1:{_ACCOUNT}:table/metrics",
    "Bucket": "arn:aws:s3:::bucket",
    "SiteBucket": "arn:aws:s3:::site-bucket",
    "Signoff": f"arn:aws:dynamodb:eu-central-1:{_ACCOUNT}:table/signoff",
    "SignoffArchive": "arn:aws:s3:::signoff-archive",
    "TickRule": f"arn:aws:events:eu-central-1:{_ACCOUNT}:rule/tick",
}
_NAMES = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": _ACCOUNT,
    "SecretsPrefix": "/signpost",
    "Workspace": "acme",
    "Bucket": "bucket",
    "SiteDistribution": "EDFDVBD6EXAMPLE",
    "PublishSource": "415d4dff-acc2-44e1-8188-fd1d020beb47",
}


def main() -> int:
    """Scan; 1 where something was found."""
    parliament = _parliament()
    if not parliament.analyze_policy_string(json.dumps(BAD)).findings:
        print("the scanner found nothing wrong with a bad policy")
        return 2
    scanned, found = 0, []
    for name in ("template.yaml", "github-oidc.yaml"):
        for resource, value in load(name)["Resources"].items():
            for document in _policies(value):
                scanned += 1
                policy = parliament.analyze_policy_string(json.dumps(_resolved(document)))
                found += [f"{name} {resource}: {finding}" for finding in policy.findings]
    print(scanned, "policies scanned")
    print("\n".join(found))
    return 1 if found else 0


def _policies(resource: dict[str, Any]) -> list[Any]:
    properties = resource.get("Properties", {})
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
    if resource["Type"] in {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"}:
        documents.append(properties["PolicyDocument"])
    return documents


def _resolved(value: Any) -> Any:
    """The value with references to other resources replaced by names such as AWS would make."""
    if isinstance(value, list):
        return [_resolved(member) for member in value]
    if not isinstance(value, dict):
        return value
    if "Fn::GetAtt" in value:
        return _arn(value["Fn::GetAtt"][0])
    if "Ref" in value:
        return _NAMES.get(value["Ref"]) or _arn(value["Ref"])
    if "Fn::Sub" in value:
        return re.sub(
            r"\$\{([^}]+)\}",
            lambda m: _arn(m[1][:-4]) if m[1].endswith(".Arn") else _NAMES[m[1]],
            value["Fn::Sub"],
        )
    return {name: _resolved(member) for name, member in value.items()}


def _arn(name: str) -> str:
    if name in _ARNS:
        return _ARNS[name]
    head = f"eu-central-1:{_ACCOUNT}"
    for end, form in (
        ("Function", f"arn:aws:lambda:{head}:function:{name}"),
        ("Logs", f"arn:aws:logs:{head}:log-group:/aws/lambda/{name}:*"),
        ("Queue", f"arn:aws:sqs:{head}:{name}"),
        ("Dlq", f"arn:aws:sqs:{head}:{name}"),
    ):
        if name.endswith(end):
            return form
    raise KeyError(name)


def _parliament() -> Any:
    """The scanner. It asks setuptools where its files lie, in a way that setuptools has dropped."""
    stand_in: Any = types.ModuleType("pkg_resources")
    stand_in.resource_filename = _beside
    sys.modules.setdefault("pkg_resources", stand_in)
    return importlib.import_module("parliament")


def _beside(package: str, name: str) -> str:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return str(Path(spec.origin).parent / name)


if __name__ == "__main__":
    sys.exit(main())
