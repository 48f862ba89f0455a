#!/bin/sh
# How content gets from a merge to the stack. GitHub, GitLab and the hooks of a bare repository call
# this one script (Signpost's docs/merge-to-live.md has the set-up of each):
#
#     ci/content.sh setup           make Signpost callable: what ci/requirements.txt names, in .venv
#     ci/content.sh review FOLDER --since REV [--commit SHA] [--no-plan REASON]
#         check, plan and preview of a change: FOLDER/comment.md and FOLDER/preview.html
#     ci/content.sh push            check this checkout and push it; in a bare repository, its branch
#     ci/content.sh pre-receive     a bare repository's hook: refuse content that has errors
#     ci/content.sh post-receive    its other hook: push the branch to the stack
#     ci/content.sh state           there: whether the stack has what the branch has
#
# SIGNPOST_COMMAND names the signpost to call (else .venv's, else the one on the PATH),
# SIGNPOST_BRANCH the branch that goes live in a bare repository (else the one its HEAD names),
# SIGNPOST_CONTENT the folder with signpost.yaml, seen from the repository's root.
# Exit codes: 0 all is well, 1 findings or a failure, 2 wrongly called.
set -eu

MARKER='<!-- signpost: review -->'    # the workflow finds its comment by this first line
MAX_BYTES=64000                       # GitHub refuses a comment of more than 65,536 characters
LOCK_WAIT_S=900

say() { printf 'signpost: %s\n' "$1" >&2; }

die() {
    printf 'signpost: %s\n  remedy: %s\n' "$1" "$2" >&2
    exit 1
}

usage() {
    sed -n '5,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# The command to call, as a path that a change of folder does not touch, into $signpost.
find_signpost() {
    if [ -n "${SIGNPOST_COMMAND:-}" ]; then
        signpost=$SIGNPOST_COMMAND
    elif [ -x "$here/../.venv/bin/signpost" ]; then
        signpost=$here/../.venv/bin/signpost
    else
        signpost=signpost
    fi
    signpost=$(command -v "$signpost") || die "the command ${SIGNPOST_COMMAND:-signpost} is not here" \
        'install Signpost for the user who runs this, or name the command in SIGNPOST_COMMAND'
}

# --- setup: Signpost, as this repository wants it ----------------------------------------------------

set_up() {
    # Signpost's own repository has its own way: this very checkout, with locked packages.
    [ ! -f "$here/setup" ] || exec sh "$here/setup" run
    list=$here/requirements.txt
    [ -f "$list" ] || die "there is no $list" \
        'write it: one line that says which Signpost, such as signpost[cli] @ git+https://ADDRESS@v0.1.0'
    grep -Eq '^[^#]*signpost' "$list" || die "$list does not say yet where Signpost comes from" \
        'uncomment its line and write the address into it'
    python=${PYTHON:-python3}
    "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
        die "$python is not Python 3.11 or newer with its venv module" \
            'install one, or name another: PYTHON=/path/to/python3'
    cd "$here/.."    # pip reads relative paths in the list from the present folder
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --requirement "$list" </dev/null ||
        die "pip could not install what $list names" 'the lines above are the reason'
    .venv/bin/signpost --version
}

# Run something that prints what files hold. GitHub takes commands from what a job prints, so it is
# told to take none meanwhile; both streams go one way, or an end could overtake what it ends.
# Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
# (stopping and starting workflow commands; noted 2026-11-22).
guarded() {
    if [ "${GITHUB_ACTIONS:-}" != true ]; then
        "$@" </dev/null
        return
    fi
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    outcome=0
    "$@" </dev/null 2>&1 || outcome=$?
    printf '\n::%s::\n' "$token"
    return "$outcome"
}

# All findings into the log: on GitHub as annotations of the files, elsewhere for people.
check_to_log() {
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
        "$signpost" check --format github </dev/null
    else
        "$signpost" check </dev/null
    fi
}

# A folder of this run alone inside folder $1, into $run; it goes when the script ends.
make_run() {
    # What a killed run left a day ago or earlier.
    find "$1" -maxdepth 1 -name 'run.*' -mtime +0 -exec rm -rf {} + 2>/dev/null || true
    run=$(mktemp -d "$1/run.XXXXXX")
    trap leave EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

locked=
# shellcheck disable=SC2329 # called by the trap
leave() {
    [ -z "$run" ] || rm -rf "$run"
    [ -z "$locked" ] || rm -rf "$locked"
}

# --- review: what a change would do, as text -------------------------------------------------------

review() {
    folder=$1
    shift
    since='' reason='' commit=''
    while [ $# -gt 1 ]; do
        case $1 in
            --since) since=$2 ;;
            --commit) commit=$2 ;;
            --no-plan) reason=$2 ;;
            *) usage ;;
        esac
        shift 2
    done
    [ $# -eq 0 ] && [ -n "$since" ] || usage
    find_signpost
    mkdir -p "$folder"
    folder=$(CDPATH='' cd -- "$folder" && pwd -P)
    rm -f "$folder/comment.md" "$folder/preview.html"
    cd "$(git rev-parse --show-toplevel)"
    make_run "$folder"
    status=0

    check_to_log || status=1
    part check || status=1
    if [ -n "$reason" ]; then
        printf '## Plan\n\n%s\n' "$reason" >"$run/plan.md"
    elif ! part plan; then
        # Not the change's fault: a stack that cannot be asked must not stop a merge.
        say 'there is no plan; the comment says why'
    fi
    if git rev-parse --verify --quiet --end-of-options "$since^{commit}" >/dev/null; then
        part preview --since "$since" --html "$folder/preview.html" || status=1
    else
        {
            printf '## Preview\n\nThere is no preview: this clone does not have the revision that '
            printf 'the change starts from. Fetch more history.\n'
        } >"$run/preview.md"
        say "revision $since is not in this clone"
        status=1
    fi
    assemble "$commit" >"$folder/comment.md"
    return "$status"
}

# Run command $1 for its section of the comment, $run/$1.md.
part() {
    name=$1
    outcome=0
    "$signpost" "$@" --format markdown >"$run/$name.md" 2>"$run/$name.err" </dev/null || outcome=$?
    if [ "$outcome" -ne 0 ]; then
        guarded cat "$run/$name.err" >&2
    fi
    if [ ! -s "$run/$name.md" ]; then
        # Indented, it is code: nothing in it can act. A carriage return would end a line unseen.
        {
            printf '## %s\n\nThis could not be made (exit code %s):\n\n' "$(title "$name")" "$outcome"
            tr '\r' ' ' <"$run/$name.err" | tail -n 20 | cut -c 1-300 | sed 's/^/    /'
        } >"$run/$name.md"
        [ "$outcome" -ne 0 ] || outcome=1
    fi
    return "$outcome"
}

title() {
    case $1 in check) echo Check ;; plan) echo Plan ;; preview) echo Preview ;; esac
}

# The whole comment. Its parts are Markdown already in which nothing of a file can act.
assemble() {
    {
        cat "$run/check.md"
        printf '\n'
        cat "$run/plan.md"
        printf '\n'
    } >"$run/first.md"
    bytes=$(cat "$run/first.md" "$run/preview.md" | wc -c)
    printf '%s\n\n' "$MARKER"
    cat "$run/first.md"
    if [ "$bytes" -lt "$MAX_BYTES" ]; then
        cat "$run/preview.md"
    else
        printf '## Preview\n\nIt is too long for a comment; the preview page has all of it.\n'
    fi
    commit=${1:-$(git rev-parse HEAD)}
    case $commit in *[!0-9a-f]*) ;; *) printf '\nOf commit %s.\n' "$commit" ;; esac
}

# --- push from a checkout --------------------------------------------------------------------------

push_checkout() {
    find_signpost
    cd "$(git rev-parse --show-toplevel)"
    outcome=0
    check_to_log || outcome=$?
    [ "$outcome" -eq 0 ] || die "the check failed (exit code $outcome), so nothing was pushed" \
        'mend what it named and merge again'
    guarded "$signpost" push
}

# --- a bare repository -----------------------------------------------------------------------------

# Where we are, before git's variables for hooks are dropped: with them, git would look for every
# other repository in this one.
enter_repository() {
    repository=$(git rev-parse --absolute-git-dir)
    branch=${SIGNPOST_BRANCH:-$(git symbolic-ref --quiet --short HEAD || echo main)}
    object_format=$(git rev-parse --show-object-format)
    quarantine=${GIT_QUARANTINE_PATH:-}
    # shellcheck disable=SC2046 # a list of names
    unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH
    find_signpost
    # Beside the objects and not in /tmp, where others could plant a `.signpost` above it.
    work=$repository/signpost
    mkdir -p "$work"
    make_run "$work"
    tree=$run/tree
}

in_repository() { git --git-dir="$repository" "$@"; }

# Lay out commit $1 in $tree, a repository of its own that borrows the objects. Nothing is written
# into the bare one, so this also works while new objects are in quarantine.
lay_out() {
    rm -rf "$tree"
    git init --quiet --template= --object-format="$object_format" "$tree"
    mkdir -p "$tree/.git/objects/info"
    {
        [ -z "$quarantine" ] || printf '%s\n' "$quarantine"
        printf '%s\n' "$repository/objects"
    } >"$tree/.git/objects/info/alternates"
    git -C "$tree" -c core.hooksPath=/dev/null -c advice.detachedHead=false \
        checkout --quiet --detach "$1"
    # Which stack is meant is not for a commit to say: `.signpost` is looked for above the tree.
    find "$tree" -name .signpost -prune -exec rm -rf {} +
    content=$tree/${SIGNPOST_CONTENT:-}
    if [ -z "${SIGNPOST_CONTENT:-}" ] && [ ! -f "$tree/signpost.yaml" ]; then
        content=$tree/content
    fi
    real=$(CDPATH='' cd -P -- "$content" 2>/dev/null && pwd -P) || die \
        "the commit has no content folder (${content#"$tree/"})" \
        'commit the folder that holds signpost.yaml, or name it in SIGNPOST_CONTENT'
    case $real/ in
        "$(CDPATH='' cd -P -- "$tree" && pwd -P)"/*) ;;
        *) die 'the content folder is a link that leads out of the repository' 'commit a folder' ;;
    esac
}

# Call signpost on what is laid out.
on_tree() {
    verb=$1
    shift
    (cd "$tree" && "$signpost" "$verb" --content "$content" "$@" </dev/null)
}

is_deletion() {
    case $1 in *[!0]*) return 1 ;; *) return 0 ;; esac
}

pre_receive() {
    enter_repository
    while read -r _old new ref; do
        [ "$ref" = "refs/heads/$branch" ] || continue
        is_deletion "$new" && continue
        say "checking the content of $branch"
        lay_out "$new"
        outcome=0
        on_tree check >&2 || outcome=$?
        [ "$outcome" -eq 0 ] || die "refused: the content cannot go live so (exit code $outcome)" \
            'mend what stands above, commit, and push again; nothing was changed'
    done
}

post_receive() {
    enter_repository
    moved=
    while read -r _old new ref; do
        case $ref in
            "refs/heads/$branch")
                if is_deletion "$new"; then
                    say "$branch is deleted; the stack keeps what it has"
                else
                    moved=yes
                fi
                ;;
            refs/heads/*)
                in_repository show-ref --verify --quiet "refs/heads/$branch" ||
                    say "only $branch goes live here; to change that: git symbolic-ref HEAD $ref"
                ;;
        esac
    done
    [ -z "$moved" ] || push_branch
}

push_bare() {
    enter_repository
    push_branch
}

# Push what the branch has, until it has not moved meanwhile. One at a time: an older commit must
# not be sent after a newer one.
push_branch() {
    take_lock
    while :; do
        tip=$(tip_of_branch) || die "there is no branch $branch" 'push it first'
        lay_out "$tip"
        say "pushing $branch ($(printf '%.10s' "$tip")) to the stack"
        outcome=0
        on_tree push >"$run/said" 2>&1 || outcome=$?
        cat "$run/said" >&2
        if [ "$outcome" -ne 0 ]; then
            note failed
            die 'the commit is in the repository, but the stack has not taken all of it' \
                "the next push tries again, and so does, in $repository: sh $here/content.sh push"
        fi
        note sent
        [ "$(tip_of_branch)" != "$tip" ] || return 0
        say "$branch has moved meanwhile"
    done
}

tip_of_branch() { in_repository rev-parse --verify --quiet "refs/heads/$branch^{commit}"; }

# Write down how the push of $tip ended: word, commit, time; below it what was said.
note() {
    {
        printf '%s %s %s\n' "$1" "$tip" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
        tail -n 20 "$run/said"
    } >"$run/state"
    mv -f "$run/state" "$work/state"
}

take_lock() {
    waited=0
    until mkdir "$work/lock" 2>/dev/null; do
        holder=$(cat "$work/lock/pid" 2>/dev/null || true)
        # An owner writes its number at once; without one, or gone, it was killed. Should two find
        # that at the same time, both push the branch as it is, so what is newest stays last.
        if [ "$waited" -ge 2 ] && { [ -z "$holder" ] || ! kill -0 "$holder" 2>/dev/null; }; then
            rm -rf "$work/lock"
            continue
        fi
        [ "$waited" -ne 2 ] || say "another push is at work (process $holder); waiting for it"
        [ "$waited" -lt "$LOCK_WAIT_S" ] || die "the other push has not ended in $LOCK_WAIT_S s" \
            "see whether process $holder is one; if not, remove $work/lock and push again"
        sleep 1
        waited=$((waited + 1))
    done
    locked=$work/lock
    echo $$ >"$locked/pid"
}

show_state() {
    repository=$(git rev-parse --absolute-git-dir)
    branch=${SIGNPOST_BRANCH:-$(git symbolic-ref --quiet --short HEAD || echo main)}
    tip=$(tip_of_branch) || { echo "There is no branch $branch yet."; return 1; }
    word='' commit='' at=''
    [ ! -f "$repository/signpost/state" ] ||
        read -r word commit at <"$repository/signpost/state"
    if [ "$commit" != "$tip" ]; then
        echo "$branch is at $tip, which was not pushed to the stack."
    elif [ "$word" = sent ]; then
        echo "The stack has $branch as it is ($tip, $at)."
        return 0
    else
        echo "The stack has not taken all of $branch ($tip, $at):"
        tail -n +2 "$repository/signpost/state"
    fi
    echo "To push it: sh $here/content.sh push"
    return 1
}

is_bare() { [ "$(git rev-parse --is-bare-repository)" = true ]; }

case ${1:-} in
    setup)
        [ $# -eq 1 ] || usage
        set_up
        ;;
    review)
        [ $# -ge 2 ] || usage
        shift
        review "$@"
        ;;
    push)
        [ $# -eq 1 ] || usage
        if is_bare; then push_bare; else push_checkout; fi
        ;;
    pre-receive) pre_receive ;;
    post-receive) post_receive ;;
    state) show_state ;;
    *) usage ;;
esac
