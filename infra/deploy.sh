#!/bin/sh
# Puts Signpost into an AWS account, with questions. docs/deploy.md explains every step from zero.
#
# NOT EXECUTED HERE: this project was built without an AWS account. The template is deployed into the
# local emulator by every test run; this script's calls to AWS itself were never made.
# shellcheck disable=SC2154 # `ask` sets the variables that it is given by name
set -eu

cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { say "deploy: $*" >&2; exit 1; }
ask() { # ask VARIABLE QUESTION DEFAULT
    printf '%s [%s]: ' "$2" "$3"
    read -r answer || fail "no answer"
    eval "$1=\${answer:-\$3}"
}

site=closed new_site_key=
for option; do
    case $option in
        --public-site) site=public ;;
        --new-site-key) new_site_key=yes ;;
        *) fail "there is no option $option; there are --public-site and --new-site-key" ;;
    esac
done
[ "${SIGNPOST_SITE_DOMAIN:+yes}" = "${SIGNPOST_SITE_CERTIFICATE:+yes}" ] ||
    fail "SIGNPOST_SITE_DOMAIN and SIGNPOST_SITE_CERTIFICATE go together"
[ "${SIGNPOST_SIGNOFF_DOMAIN:+yes}" = "${SIGNPOST_SIGNOFF_CERTIFICATE:+yes}" ] ||
    fail "SIGNPOST_SIGNOFF_DOMAIN and SIGNPOST_SIGNOFF_CERTIFICATE go together"

[ -x .venv/bin/python ] || fail "there is no .venv; run make deploy"
# What the content says is what the stack is told: its id, and the ages at which metrics are read.
settings=$(PYTHONPATH=functions .venv/bin/python - <<'PYTHON'
from pathlib import Path

from signpost.content.workspace_reader import read_workspace
from signpost.errors import SignpostError

try:
    found = read_workspace(Path("content")).workspace
except SignpostError:
    found = None
print(found.id, ",".join(map(str, found.ages_s))) if found else print("acme")
PYTHON
) || fail "content/signpost.yaml could not be read"
content_workspace=${settings%% *}
ages=${settings#"$content_workspace"}
ages=${ages# }

command -v aws >/dev/null || fail "the AWS command line is missing; install it: https://aws.amazon.com/cli/"
[ -f build/lambda.zip ] || fail "there is no build/lambda.zip; run make package"

account=$(aws sts get-caller-identity --query Account --output text) ||
    fail "AWS does not know you; run aws configure sso, or set AWS_PROFILE"
caller=$(aws sts get-caller-identity --query Arn --output text)

say "You are $caller."
ask workspace "Workspace (as in content/signpost.yaml)" "${SIGNPOST_WORKSPACE:-$content_workspace}"
ask region "Region" "${AWS_REGION:-eu-central-1}"
ask email "E-mail address for alarms (none for nobody)" none
ask repository "GitHub repository that pushes, OWNER/NAME (none for no CI)" none

printf '%s' "$workspace" | grep -Eq '^[a-z][a-z0-9-]{0,31}$' || fail "'$workspace' cannot be a workspace"
[ "$email" = none ] && email=
[ -z "$ages" ] || [ "$workspace" = "$content_workspace" ] || ages=  # another workspace's ages

stack="signpost-$workspace"
artefacts="signpost-artefacts-$account-$region"
digest=$(python3 -c 'import hashlib; print(hashlib.sha256(open("build/lambda.zip", "rb").read()).hexdigest())')

say ""
say "This will, in account $account, region $region:"
say "  - keep the package as s3://$artefacts/$digest.zip"
say "  - create or update the stack $stack from infra/template.yaml"
[ -z "$ages" ] || say "  - let it read metrics $ages seconds after publication (ages in content/signpost.yaml)"
# What is left out stays as it was deployed before.
[ -z "${SIGNPOST_SIGNOFF_ROOT:-}" ] || say "  - let it trust what follows from trust root $SIGNPOST_SIGNOFF_ROOT"
[ -z "${SIGNPOST_SIGNOFF_DOMAIN:-}" ] ||
    say "  - put the sign-off pages at https://$SIGNPOST_SIGNOFF_DOMAIN; passkeys belong to that name for good"
[ -z "${SIGNPOST_REQUIRE_RELEASE:-}" ] || say "  - ask for a signed release in force: $SIGNPOST_REQUIRE_RELEASE"
if [ "$site" = closed ]; then
    say "  - keep the strategy site closed: nobody reads it without a pass from the sign-off pages"
    [ -z "$new_site_key" ] || say "  - make a new key for passes: whoever has one has to sign in again"
else
    say "  - OPEN THE STRATEGY SITE TO EVERYBODY, with all that was published there already;"
    say "    see first what it must not say: signpost site publish --dry-run --as-public"
fi
[ "$repository" = none ] || say "  - create or update the stack $stack-github for repo $repository"
printf 'Go on? [y/N] '
read -r answer || fail "no answer"
[ "$answer" = y ] || fail "nothing was done"

export AWS_REGION="$region" AWS_DEFAULT_REGION="$region"
if ! aws s3api head-bucket --bucket "$artefacts" 2>/dev/null; then
    if [ "$region" = us-east-1 ]; then
        aws s3api create-bucket --bucket "$artefacts"
    else
        aws s3api create-bucket --bucket "$artefacts" \
            --create-bucket-configuration "LocationConstraint=$region"
    fi
fi
aws s3api put-public-access-block --bucket "$artefacts" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
aws s3 cp --only-show-errors build/lambda.zip "s3://$artefacts/$digest.zip"

# The template names its code by folder; AWS wants an address. The local stack does the same.
sed "s|CodeUri: \.\./build/lambda\$|CodeUri: s3://$artefacts/$digest.zip|" infra/template.yaml >build/template.yaml
grep -q "CodeUri: s3://$artefacts/$digest.zip" build/template.yaml || fail "the template names its code in another way"

# Longer than what may be sent along (51,200 bytes): by way of the bucket.
aws cloudformation deploy --stack-name "$stack" --template-file build/template.yaml \
    --s3-bucket "$artefacts" --s3-prefix templates \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
    --parameter-overrides "Workspace=$workspace" "AlarmEmail=$email" ${ages:+"Ages=$ages"} "Site=$site" \
    ${SIGNPOST_SITE_DOMAIN:+"SiteDomain=$SIGNPOST_SITE_DOMAIN"} \
    ${SIGNPOST_SITE_CERTIFICATE:+"SiteCertificate=$SIGNPOST_SITE_CERTIFICATE"} \
    ${SIGNPOST_SIGNOFF_DOMAIN:+"SignoffDomain=$SIGNPOST_SIGNOFF_DOMAIN"} \
    ${SIGNPOST_SIGNOFF_CERTIFICATE:+"SignoffCertificate=$SIGNPOST_SIGNOFF_CERTIFICATE"} \
    ${SIGNPOST_SIGNOFF_ROOT:+"SignoffRoot=$SIGNPOST_SIGNOFF_ROOT"} \
    ${SIGNPOST_REQUIRE_RELEASE:+"RequireRelease=$SIGNPOST_REQUIRE_RELEASE"}

output() { # output STACK NAME
    aws cloudformation describe-stacks --stack-name "$1" \
        --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue" --output text
}
bucket=$(output "$stack" Bucket)

# The key that signs passes to the site lies in the parameter store for the sign-off pages, and in the
# key-value store for the door. It is never an argument: those, others on this machine can read.
pass_key=/signpost-site/$workspace/entrance
if [ -n "$new_site_key" ] || ! aws ssm get-parameter --name "$pass_key" >/dev/null 2>&1; then
    # Where there is one that cannot be read, this fails: only --new-site-key writes over it.
    python3 -c 'import json, secrets, sys
print(json.dumps({"Name": sys.argv[1], "Type": "SecureString", "Overwrite": sys.argv[2] == "yes",
                  "Value": secrets.token_urlsafe(32)}))' "$pass_key" "$new_site_key" |
        aws ssm put-parameter --cli-input-json file:///dev/stdin >/dev/null
fi
# Who signs calls a key by its version (signpost/aws/pass_key.py), and so does the door.
key_id=v$(aws ssm get-parameter --name "$pass_key" --query Parameter.Version --output text)
keys=$(output "$stack" SiteKeys)
keys_tag() { aws cloudfront-keyvaluestore describe-key-value-store --kvs-arn "$keys" --query ETag --output text; }
aws ssm get-parameter --with-decryption --name "$pass_key" --query Parameter.Value --output text |
    python3 -c 'import json, sys
key = sys.stdin.read().strip()
if len(key) < 43: sys.exit("deploy: the key for passes cannot be read; --new-site-key makes another")
names = ("KvsARN", "IfMatch", "Key", "Value")
print(json.dumps(dict(zip(names, (*sys.argv[1:3], "key/" + sys.argv[3], key)))))' \
        "$keys" "$(keys_tag)" "$key_id" |
    aws cloudfront-keyvaluestore put-key --cli-input-json file:///dev/stdin >/dev/null
if [ -n "$new_site_key" ]; then
    for old in $(aws cloudfront-keyvaluestore list-keys --kvs-arn "$keys" --output text \
        --query "Items[?starts_with(Key, 'key/') && Key != 'key/$key_id'].Key"); do
        aws cloudfront-keyvaluestore delete-key --kvs-arn "$keys" --if-match "$(keys_tag)" --key "$old" >/dev/null
    done
fi

if [ "$repository" != none ]; then
    ask with_ids "The same with ids, OWNER@ID/NAME@ID, if your repository sends them (none if not)" none
    provider=$(aws iam list-open-id-connect-providers --output text \
        --query "OpenIDConnectProviderList[?ends_with(Arn, 'token.actions.githubusercontent.com')].Arn")
    # A provider that this stack made itself must stay this stack's.
    [ "$(output "$stack-github" PushRole 2>/dev/null || true)" = "" ] || provider=
    push_ids=none pull_ids=none
    if [ "$with_ids" != none ]; then
        push_ids="repo:$with_ids:environment:publish" pull_ids="repo:$with_ids:pull_request"
    fi
    aws cloudformation deploy --stack-name "$stack-github" --template-file infra/github-oidc.yaml \
        --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides \
        "Bucket=$bucket" "ProviderArn=$provider" \
        "PushSubject=repo:$repository:environment:publish" "PushSubjectWithIds=$push_ids" \
        "PullRequestSubject=repo:$repository:pull_request" "PullRequestSubjectWithIds=$pull_ids"
    say "Push role:          $(output "$stack-github" PushRole)"
    say "Pull-request role:  $(output "$stack-github" PullRequestRole)"
fi

say ""
say "The stack stands. Write into content/signpost.yaml:"
say ""
say "deploy:"
say "  bucket: $bucket"
say "  region: $region"
say "  control: $(output "$stack" ControlFunction)"
say "  site_bucket: $(output "$stack" SiteBucket)"
say "  site_distribution: $(output "$stack" SiteDistribution)"
say ""
say "A new workspace is closed. Store the tokens (docs/deploy.md, step 5), then open it:"
say "  signpost resume --reason 'first deployment'"
say ""
say "The strategy site: $(output "$stack" SiteAddress); \`signpost site publish\` fills it."
if [ "$site" = closed ]; then
    say "It is closed: nobody reads it without a pass, and passes are given by the sign-off pages. Until"
    say "those are set up, nobody reads it at all. \`make deploy ARGS=--public-site\` opens it to everybody."
else
    say "It is public: everybody reads it. \`make deploy\` without --public-site closes it again."
fi
