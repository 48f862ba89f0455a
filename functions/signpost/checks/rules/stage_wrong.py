"""REF405: stages of work that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator

from signpost.checks.rule import Context, Overview, Rule
from signpost.checks.suggest import did_you_mean, surely_meant
from signpost.domain.diagnostics import Diagnostic
from signpost.domain.post import Post
from signpost.domain.timing import duration_text
from signpost.domain.workspace import Brand, Stage


def check(context: Context) -> Iterator[Diagnostic]:
    """The stage of each post that has one."""
    for post in context.posts:
        brand = context.brands.get(post.brand)
        if post.stage and brand is not None and f"{brand.id}/brand.yaml" not in context.faulty:
            yield from _of_post(post, brand)


def _of_post(post: Post, brand: Brand) -> Iterator[Diagnostic]:
    at = post.span("stage")
    stage = next((item for item in brand.stages if item.id == post.stage), None)
    if stage is None:
        known = [item.id for item in brand.stages]
        yield RULE.at(
            at,
            f"Brand `{brand.id}` has no stage `{post.stage}`.",
            did_you_mean(post.stage, known)
            or "Describe its stages in brand.yaml, under `stages:`.",
            fix=post.fix("stage", post.stage, surely_meant(post.stage, known)),
        )
    elif stage.types and post.type not in stage.types:
        if post.type and brand.types and post.type not in brand.types:
            return  # REF403 says that there is no such type
        mine = [item.id for item in brand.stages_of(post.type)]
        what = f"Posts of type `{post.type}` do" if post.type else "A post without a type does"
        yield RULE.at(
            at,
            f"{what} not go through the stage `{stage.id}`: it is for "
            f"{', '.join(f'`{kind}`' for kind in stage.types)}.",
            f"Write one of its stages ({', '.join(f'`{name}`' for name in mine)}), or another type."
            if mine
            else "Take `stage` out, or write another type.",
        )
    elif post.status == "ready" and not post.idea:
        yield RULE.at(
            at,
            f"The post is in the stage `{stage.id}`, and would go out unfinished.",
            "Add `status: draft` until the work is done; then take `stage` and `status` out.",
        )


def across(overview: Overview) -> Iterator[Diagnostic]:
    """The stages of each brand."""
    for brand in overview.brands.values():
        for index, stage in enumerate(brand.stages):
            for kind in stage.types if brand.types else ():
                if kind not in brand.types:
                    yield RULE.at(
                        stage.span,
                        f"The stage `{stage.id}` names `{kind}`, which is no type of `{brand.id}`.",
                        did_you_mean(kind, brand.types),
                    )
            before = _sooner(stage, brand.stages[:index])
            if before is not None:
                yield RULE.at(
                    stage.span,
                    f"The stage `{stage.id}` is to be done {duration_text(stage.lead_s)} before the "
                    f"post, and `{before.id}`, which comes first, only "
                    f"{duration_text(before.lead_s)}.",
                    "Give the later stage the shorter lead, or change their order.",
                )


def _sooner(stage: Stage, earlier: tuple[Stage, ...]) -> Stage | None:
    """The last of the earlier stages that is to be done after this one."""
    for other in reversed(earlier):
        shared = not stage.types or not other.types or set(stage.types) & set(other.types)
        if shared and other.lead_s < stage.lead_s:
            return other
    return None


RULE = Rule(
    code="REF405",
    name="stage",
    title="A stage of work that is unknown, does not fit, or is not done",
    why="A post in a stage that nobody knows waits for nobody. A post that is ready and still in a "
    "stage would go out unfinished. And stages whose deadlines run backwards cannot be kept.",
    example="status: ready\nstage: grafics",
    fix="status: draft\nstage: graphics",
    source="our own rule, set 2026-11-22",
    check=check,
    across=across,
    fixable=True,
)
