"""A release or a trust root: what changed, all of it, who signed; sign it; its certificate."""

from __future__ import annotations

from collections.abc import Mapping

from signpost.domain.signing.counting import Signed, Tally
from signpost.domain.signing.root import Threshold
from signpost.domain.signing.words import words
from signpost.handlers.pages.reading import differences, full_text
from signpost.handlers.pages.template import Html, html, items, joined, page
from signpost.handlers.pages.wording import day
from signpost.usecases.signoff.signing import RELEASES, Paper, ReleaseText
from signpost.usecases.signoff.trust import UNREAD, UNREAD_REMEDY


def address(paper: Paper) -> str:
    """Where its page is."""
    return f"/{paper.what}/{paper.brand}/{paper.name}"


def title(paper: Paper) -> str:
    """What people call it."""
    if paper.what == RELEASES:
        return f"{paper.brand} {paper.name}"
    return f"Trust root {paper.name} of {paper.brand}"


def release_page(paper: Paper, text: ReleaseText, who: str) -> str:
    """The page on which a release is read and signed."""
    release = text.item.release
    dates = html(
        "<p>In force from <strong>{start}</strong>, to be reviewed by <strong>{end}</strong>.</p>",
        start=day(release.effective) if release else "?",
        end=day(release.review_by) if release else "?",
    )
    body = joined(
        [
            dates,
            _signatures(paper),
            _changed(text),
            _whole(text),
            _sign(paper, readable=text.readable),
        ]
    )
    return page(title(paper), body, who=who)


def root_page(paper: Paper, who: str, before: Paper | None) -> str:
    """The page on which a trust root is read and signed.

    Args:
        before: the root that is in force.
    """
    root = paper.root
    people = items(
        html(
            "<strong>{name}</strong> ({id}): {roles}{keys}",
            name=person.name,
            id=person.id,
            roles=", ".join(root.roles[role] for role in person.roles),
            keys=items(
                html("{kind} <code>{print}</code>", kind="Passkey" if key.passkey else "SSH key",
                     print=key.fingerprint)
                for key in person.keys
            ),
        )
        for person in root.people.values()
    )  # fmt: skip
    thresholds = items(
        f"{_deed(name)}: {_needed(threshold, root.roles)}" for name, threshold in root.thresholds()
    )
    body = joined(
        [
            html("<p>It says who may sign for {brand}, and how many it takes.</p>", brand=root.brand),
            _signatures(paper),
            _root_changes(paper, before),
            html("<h2>Who may sign</h2>{people}<h2>How many it takes</h2>{thresholds}",
                 people=people, thresholds=thresholds),
            _sign(paper),
        ]
    )  # fmt: skip
    return page(title(paper), body, who=who)


def certificate_page(paper: Paper, who: str) -> str:
    """Who signed what, and how anybody checks it alone."""
    signed = {item.file: item for tally in paper.tallies.values() for item in tally.signed}
    state = (
        "<p><strong>Signed by all that it needs.</strong></p>"
        if paper.met
        else '<p class="loud">Not signed by all that it needs yet.</p>'
    )
    body = joined(
        [
            Html(state),
            _signatures(paper),
            html(
                "<h2>What was signed</h2>{words}<p><code>{digest}</code></p>"
                "<p>Signed as <code>{namespace}</code>, judged by trust root {root}.</p>",
                digest=paper.digest,
                words=_words(paper.digest),
                namespace=paper.root.namespace(paper.kind),
                root=paper.root.version,
            ),
            joined(_evidence(item) for item in signed.values()),
            html(
                "<h2>Check it yourself</h2><p>Signatures made here are brought into the repository "
                "by <code>signpost collect</code>; from then on they count for publishing, and a "
                "clone is enough to check them:</p><pre>{command}</pre>",
                command=_command(paper),
            ),
            html('<p><a href="/">To the start</a></p>'),
        ]
    )
    return page(f"Certificate: {title(paper)}", body, who=who)


def _signatures(paper: Paper) -> Html:
    found = []
    for name, tally in paper.tallies.items():
        signed = items(
            html("<strong>{name}</strong>, {roles}: {how}", name=item.person.name,
                 roles=_roles(item, paper.root.roles), how=item.method)
            for item in tally.signed
        )  # fmt: skip
        missing = ", ".join(person.name for person in tally.missing)
        lack = "It has all that it needs." if tally.met else f"Still needed: {_lack(tally, paper)}."
        found.append(
            html(
                '<div class="card"><h3>{head}</h3>{signed}<p>{lack}</p>{missing}</div>',
                head="Who signed" if len(paper.tallies) == 1 else _judge(name),
                signed=signed or html("<p>Nobody yet.</p>"),
                lack=lack,
                missing=html("<p class='quiet'>May still sign: {missing}</p>", missing=missing)
                if missing
                else Html(""),
            )
        )
    return joined(found)


def _roles(item: Signed, titles: Mapping[str, str]) -> str:
    return ", ".join(titles.get(role, role) for role in item.roles) or "no role that decides"


def _lack(tally: Tally, paper: Paper) -> str:
    words_ = [
        f"{number} × {paper.root.roles.get(role, role)}"
        for role, number in tally.lacking_roles.items()
    ]
    rest = tally.lacking - sum(tally.lacking_roles.values())
    if rest > 0:
        words_.append(f"{rest} more")
    return ", ".join(words_)


def _changed(text: ReleaseText) -> Html:
    if not text.since:
        return html("<h2>What changed</h2><p>There is no earlier version to compare with.</p>")
    whose = "you signed" if text.own else "was signed; you have not signed any"
    return html(
        "<h2>What changed since {since}</h2><p class='quiet'>{since} is the last that {whose}.</p>"
        "{found}",
        since=text.since,
        whose=whose,
        found=differences(text.differences),
    )


def _whole(text: ReleaseText) -> Html:
    untold = (
        html(
            '<p class="loud">Signed as well, and not shown here: {paths}. Read them in the '
            "repository, or have somebody push again.</p>",
            paths=", ".join(text.untold),
        )
        if text.untold
        else Html("")
    )
    return full_text(text.texts, untold)


def _sign(paper: Paper, *, readable: bool = True) -> Html:
    certificate = html('<a href="{to}/certificate">Certificate</a>', to=address(paper))
    if paper.mine:
        return html("<h2>Sign</h2><p>You have signed this. {certificate}</p>",
                    certificate=certificate)  # fmt: skip
    if not paper.asked:
        return html(
            "<h2>Sign</h2><p>Your signature is not asked for here. {certificate}</p>",
            certificate=certificate,
        )
    if not readable:
        return html('<h2>Sign</h2><p class="loud">{why}</p>', why=f"{UNREAD} {UNREAD_REMEDY}")
    return html(
        "<h2>Sign</h2><p>Whoever signs beside you sees the same twelve words for the same text. "
        "Compare them if in doubt.</p>{words}"
        '<details><summary>The digest itself</summary><p><code>{digest}</code></p></details>'
        '<form data-do="sign" data-post="/api/papers">'
        '<input type="hidden" name="what" value="{what}"><input type="hidden" name="brand" '
        'value="{brand}"><input type="hidden" name="name" value="{name}"><input type="hidden" '
        'name="digest" value="{digest}"><button>Sign with your passkey</button></form>',
        words=_words(paper.digest),
        digest=paper.digest,
        what=paper.what,
        brand=paper.brand,
        name=paper.name,
    )  # fmt: skip


def _words(digest: str) -> Html:
    found = joined(html("<li>{word}</li>", word=word) for word in words(digest))
    return html('<ol class="words">{found}</ol>', found=found)


def _root_changes(paper: Paper, before: Paper | None) -> Html:
    if before is None:
        return Html("")
    old = {key.line: who.name for who in before.root.people.values() for key in who.keys}
    new = {key.line: who.name for who in paper.root.people.values() for key in who.keys}
    prints = {
        key.line: key.fingerprint
        for root in (before.root, paper.root)
        for who in root.people.values()
        for key in who.keys
    }
    lines = [
        *(html("<strong>New key</strong> of {name}: <code>{print}</code>", name=new[line],
               print=prints[line]) for line in new if line not in old),
        *(html("<strong>Gone:</strong> a key of {name}: <code>{print}</code>", name=old[line],
               print=prints[line]) for line in old if line not in new),
    ]  # fmt: skip
    was, now = dict(before.root.thresholds()), dict(paper.root.thresholds())
    lines += [
        html(
            "<strong>How many:</strong> {deed}: {now}; until now {was}.",
            deed=_deed(name),
            now=_needed(now.get(name), paper.root.roles),
            was=_needed(was.get(name), before.root.roles),
        )
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]
    if before.root.origins != paper.root.origins:
        lines.append(
            html("<strong>Pages on which passkeys sign:</strong> {now}.",
                 now=", ".join(paper.root.origins) or "none")
        )  # fmt: skip
    return html(
        "<h2>What changes</h2>{lines}", lines=items(lines) or html("<p>No key, no number.</p>")
    )


def _judge(name: str) -> str:
    """By whom signatures are counted, such as `root 1`."""
    return f"By trust {name}" if name.startswith("root ") else f"For {name}"


def _deed(name: str) -> str:
    """What a threshold decides, as people say it."""
    what, _, tier = name.partition(".")
    return {
        "strategy": "To sign a release",
        "root": "To change who may sign",
        "resume": "To let publishing go on",
        "approval": f"To approve posts ({tier})",
    }.get(what, name)


def _needed(threshold: Threshold | None, titles: Mapping[str, str]) -> str:
    """How many of whom, and how many of them from which role."""
    if threshold is None:
        return "nobody"
    roles = ", ".join(titles.get(role, role) for role in threshold.roles)
    least = ", ".join(
        f"{number} × {titles.get(role, role)}" for role, number in threshold.roles.items() if number
    )
    return f"{threshold.count} of {roles}" + (f", at least {least}" if least else "")


def _evidence(item: Signed) -> Html:
    return html(
        "<details><summary>Signature of {name}</summary><p>Key <code>{print}</code></p></details>",
        name=item.person.name,
        print=item.signature.key.fingerprint,
    )


def _command(paper: Paper) -> str:
    root = paper.root.version
    if paper.what == RELEASES:
        place = f"strategy-site/releases/{paper.brand}/{paper.name}"
        allowed, file = (
            f"../../../signoff/{paper.brand}/roots/{root}/allowed_signers",
            "manifest.txt",
        )
        first = f"cd {place} && sha256sum -c manifest.txt\n"
    else:
        place = f"strategy-site/signoff/{paper.brand}/roots/{paper.name}"
        allowed, file, first = "allowed_signers", "root.json", f"cd {place}\n"
    return (
        f"{first}sha256sum {file}\n"
        f"ssh-keygen -Y verify -f {allowed} -I PERSON \\\n"
        f"  -n {paper.root.namespace(paper.kind)} -s signatures/PERSON.sig < {file}"
    )
