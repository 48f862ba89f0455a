"""Every key that the content files may have. Parsing and the reference are made from this."""

from __future__ import annotations

from signpost.content.shape import Key, Shape

_WEEK = 7 * 86_400
_LATE = "How late after its time a post may still go out."

MEDIA = Shape(
    "media",
    (
        Key("file", "text", "The file, seen from the post's folder.", required=True,
            example="boots.jpg"),
        Key("alt", "text", "What is to be seen, for those who cannot see it.",
            example="Two brown boots in fresh snow."),
        Key("focus", "focus", "The point that must stay visible when the picture is cropped: "
            "x from left to right, y from bottom to top.", default="the middle",
            example="[0.0, 0.3]"),
    ),
)  # fmt: skip

FRONT_MATTER = Shape(
    "front matter",
    (
        Key("id", "id", "What makes the post the same post after a rename or an edit. Minted by "
            "`signpost new` and `signpost check --fix`.", example="7k2m9q4x1v3b"),
        Key("publish", "publish", "When it goes out: local time in the brand's zone, a time with "
            "an offset, or `now`. Needed unless the post is a draft.",
            example="2026-12-01 09:00"),
        Key("timezone", "zone", "The zone that `publish` is meant in.",
            default="the brand's zone", example="Europe/Vienna"),
        Key("accounts", "ids", "The accounts it goes to. Needed unless the post is a draft.",
            example="[larkfell-shop]"),
        Key("title", "text", "A name for people; not published.", example="Winter launch"),
        Key("summary", "text", "A sentence for people; not published.",
            example="Why the new range is warmer."),
        Key("type", "id", "What kind of post it is: one of the brand's types.", example="how-to"),
        Key("objective", "id", "The objective it serves: one of the brand's objectives.",
            example="traffic"),
        Key("campaign", "id", "The campaign it belongs to: one of the brand's.",
            example="long-nights"),
        Key("theme", "id", "What it is about: one of the brand's themes.", example="know-how"),
        Key("persona", "id", "Whom it speaks to: one of the brand's personas.",
            example="hut-hopper"),
        Key("owner", "id", "The person or position that answers for it.",
            example="content-editor"),
        Key("link", "url", "The address that the post leads to.",
            example="https://larkfell.example/layers"),
        Key("media", "mappings", "Images, a video or a sound, in order; in a thread they belong "
            "to the first part.", shape=MEDIA, example="[{file: boots.jpg, alt: Two boots.}]"),
        Key("thread", "flag", "Whether lines of `---` split the text into the parts of a thread.",
            default="false", example="true"),
        Key("language", "language", "The language of the text.", default="the brand's language",
            example="en"),
        Key("tags", "texts", "Our own labels; not published.", example="[boots, winter]"),
        Key("late", "duration", _LATE, least=60, most=_WEEK,
            default="the brand's, else the workspace's, else 30m", example="2h"),
        Key("on_ambiguous", "choice", "What happens when it is unknown whether a send landed and "
            "the channel then answers that it did not: wait for a person, or send once more.",
            choices=("hold", "retry"), default="hold", example="hold"),
        Key("status", "choice", "A draft is checked, but never published.",
            choices=("draft", "ready"), default="ready", example="draft"),
        Key("options", "options", "What only one channel has; see the channel's page.",
            example="{mastodon: {visibility: unlisted}}"),
    ),
)  # fmt: skip

OWN_TEXT = Shape(
    "own text",
    (
        Key("media", "mappings", "Media of this text alone; an empty list for none.",
            shape=MEDIA, default="the post's", example="[{file: tall.jpg, alt: Two boots.}]"),
        Key("link", "url", "Link of this text alone.", default="the post's",
            example="https://larkfell.example/layers?from=workshop"),
    ),
)  # fmt: skip

SAFETY = Shape(
    "safety",
    (
        Key("late", "duration", _LATE, least=60, most=_WEEK, default="30m", example="30m"),
    ),
)  # fmt: skip

DEPLOY = Shape(
    "deploy",
    (
        Key("bucket", "text", "The stack's bucket, as its output `Bucket` says.",
            example="signpost-acme-bucket-1a2b3c"),
        Key("region", "text", "Its AWS region.", example="eu-central-1"),
        Key("control", "text", "Name of its `control` function, for `stop` and `resume`.",
            example="signpost-acme-control"),
    ),
)  # fmt: skip

WORKSPACE = Shape(
    "signpost.yaml",
    (
        Key("workspace", "id", "Name of the workspace; one stack serves one workspace.",
            required=True, example="sample"),
        Key("zone", "zone", "The zone of local times, unless the brand has its own.",
            required=True, example="Europe/Berlin"),
        Key("brands", "ids", "The brands; each has a folder of this name.", required=True,
            example="[larkfell]"),
        Key("ages", "durations", "How long after publication metrics are read. The stack takes them "
            "over at `make deploy` and `signpost up`.", least=10,
            default="[1m, 15m, 1h, 1d, 3d, 7d, 28d]", example="[1m, 1h, 1d]"),
        Key("safety", "mapping", "What nobody should be able to do by accident.", shape=SAFETY,
            example="{late: 30m}"),
        Key("deploy", "mapping", "Where its stack is, unless the environment says so.",
            shape=DEPLOY, example="{bucket: signpost-acme, region: eu-central-1}"),
    ),
)  # fmt: skip

ENTRY = Shape(
    "entry",
    (
        Key("id", "id", "The word that posts use.", required=True, example="long-nights"),
        Key("title", "text", "Its name for people.", example="Long nights, warm kit"),
        Key("about", "text", "What it means.", example="Day walks in all weathers."),
        Key("from", "date", "First day.", example="2026-12-01"),
        Key("to", "date", "Last day.", example="2027-01-06"),
    ),
)  # fmt: skip

VOICE = Shape(
    "voice",
    (
        Key("summary", "text", "The voice in a sentence.", example="A friend who has been there."),
        Key("we_are", "texts", "What we sound like.", example="[Plain, Honest]"),
        Key("we_are_not", "texts", "What we never sound like.", example="[Pushy]"),
        Key("avoid", "texts", "Words that we do not use.", example="[epic]"),
        Key("prefer", "texts", "Words that we like to use.", example="[mend]"),
    ),
)  # fmt: skip

BRAND = Shape(
    "brand.yaml",
    (
        Key("name", "text", "The brand's name.", required=True, example="Larkfell Outfitters"),
        Key("zone", "zone", "The zone of its posts' local times.", default="the workspace's zone",
            example="Europe/Berlin"),
        Key("language", "language", "The language of its posts.", example="en"),
        Key("website", "url", "Its website.", example="https://larkfell.example"),
        Key("late", "duration", _LATE, least=60, most=_WEEK, default="the workspace's",
            example="45m"),
        Key("voice", "mapping", "How it speaks.", shape=VOICE, example="{avoid: [epic]}"),
        Key("types", "ids", "The types of post it uses.", example="[how-to, story]"),
        Key("campaigns", "mappings", "Its campaigns.", shape=ENTRY, example="[{id: long-nights}]"),
        Key("themes", "mappings", "Its themes.", shape=ENTRY, example="[{id: know-how}]"),
        Key("personas", "mappings", "Its audiences.", shape=ENTRY, example="[{id: hut-hopper}]"),
    ),
)  # fmt: skip

ACCOUNT = Shape(
    "account",
    (
        Key("id", "id", "The name that posts use.", required=True, example="larkfell-shop"),
        Key("channel", "id", "The platform.", required=True, example="mastodon"),
        Key("handle", "text", "Its public name there.", required=True, example='"@larkfell"'),
        Key("server", "url", "Address of the server, where the channel has many.",
            example="https://social.example"),
        Key("secret", "id", "Name under which its token is stored; never the token itself.",
            default="the account's id", example="larkfell-shop"),
        Key("name", "text", "Its name for people.", example="The shop"),
    ),
)  # fmt: skip

ACCOUNTS = Shape(
    "accounts.yaml",
    (
        Key("accounts", "mappings", "One entry for each identity on a channel.", required=True,
            shape=ACCOUNT, example="[{id: shop, channel: mastodon, handle: shop}]"),
    ),
)  # fmt: skip

POSITION = Shape(
    "position",
    (
        Key("id", "id", "Its name in other files.", required=True, example="content-editor"),
        Key("title", "text", "Its name for people.", required=True, example="Content editor"),
        Key("department", "id", "Where it belongs.", example="marketing"),
        Key("responsibilities", "texts", "What it answers for.", example="[Writes how-to posts]"),
    ),
)  # fmt: skip

POSITIONS = Shape(
    "positions.yaml",
    (
        Key("positions", "mappings", "Who answers for what.", required=True, shape=POSITION,
            example="[{id: editor, title: Editor}]"),
    ),
)  # fmt: skip

PERSON = Shape(
    "person",
    (
        Key("id", "id", "The name that other files use.", required=True, example="juno"),
        Key("name", "text", "The person's name.", required=True, example="Juno Abendrot"),
        Key("email", "text", "Where the person is reached.", example="juno@larkfell.example"),
        Key("department", "id", "Where the person works.", example="marketing"),
    ),
)  # fmt: skip

HOLDER = Shape(
    "holder",
    (
        Key("position", "id", "The position.", required=True, example="content-editor"),
        Key("person", "id", "Who holds it.", required=True, example="finn"),
        Key("deputy", "id", "Who stands in.", example="juno"),
    ),
)  # fmt: skip

PERIOD = Shape(
    "period",
    (
        Key("person", "id", "Who.", required=True, example="finn"),
        Key("from", "date", "First day.", required=True, example="2026-12-19"),
        Key("to", "date", "Last day.", required=True, example="2027-01-03"),
    ),
)  # fmt: skip

PEOPLE = Shape(
    "people.yaml",
    (
        Key("departments", "mappings", "The departments.", shape=ENTRY,
            example="[{id: marketing}]"),
        Key("people", "mappings", "Everybody.", required=True, shape=PERSON,
            example="[{id: finn, name: Finn}]"),
        Key("holders", "mappings", "Who holds which position; one person may hold several.",
            shape=HOLDER, example="[{position: editor, person: finn}]"),
        Key("absences", "mappings", "Who is away, both days included.", shape=PERIOD,
            example="[{person: finn, from: 2026-12-19, to: 2027-01-03}]"),
        Key("on_call", "mappings", "Who decides outside opening hours.", shape=PERIOD,
            example="[{person: juno, from: 2026-11-30, to: 2027-01-10}]"),
    ),
)  # fmt: skip

KPI = Shape(
    "KPI",
    (
        Key("id", "id", "The name that targets use.", required=True, example="link-clicks"),
        Key("objective", "id", "The objective that it measures.", required=True,
            example="traffic"),
        Key("title", "text", "Its name for people.", required=True, example="Visits"),
        Key("metric", "id", "The metric it is made of.", required=True, example="link_clicks"),
        Key("unit", "text", "What is counted.", example="visits"),
        Key("period", "choice", "Over which time.", choices=("week", "month", "quarter", "year"),
            default="month", example="month"),
        Key("baseline", "number", "Where we start from.", example="310"),
    ),
)  # fmt: skip

TARGET = Shape(
    "target",
    (
        Key("kpi", "id", "The KPI.", required=True, example="link-clicks"),
        Key("by", "date", "Until when.", required=True, example="2027-03-31"),
        Key("value", "number", "What is to be reached.", required=True, example="450"),
    ),
)  # fmt: skip

KPIS = Shape(
    "kpis.yaml",
    (
        Key("objectives", "mappings", "What social media is for.", required=True, shape=ENTRY,
            example="[{id: traffic}]"),
        Key("kpis", "mappings", "How it is measured.", shape=KPI,
            example="[{id: k, objective: traffic, title: Visits, metric: clicks}]"),
        Key("targets", "mappings", "What is to be reached, and when.", shape=TARGET,
            example="[{kpi: k, by: 2027-03-31, value: 450}]"),
    ),
)  # fmt: skip

ROADMAP_ITEM = Shape(
    "roadmap item",
    (
        Key("title", "text", "What is planned.", required=True, example="Choosing a first tent"),
        Key("theme", "id", "What it is about.", example="know-how"),
        Key("type", "id", "What kind of post it will be.", example="how-to"),
        Key("owner", "id", "The person or position that answers for it.", example="editor"),
    ),
)  # fmt: skip

ROADMAP_MONTH = Shape(
    "roadmap month",
    (
        Key("month", "month", "The month.", required=True, example="2027-04"),
        Key("title", "text", "Its motto.", example="First nights out"),
        Key("campaigns", "ids", "The campaigns that run.", example="[ready-for-spring]"),
        Key("items", "mappings", "What is planned.", shape=ROADMAP_ITEM,
            example="[{title: Choosing a first tent}]"),
    ),
)  # fmt: skip

ROADMAP = Shape(
    "roadmap.yaml",
    (
        Key("months", "mappings", "The rolling plan for twelve months.", required=True,
            shape=ROADMAP_MONTH, example="[{month: 2027-04}]"),
    ),
)  # fmt: skip

CONFIG_FILES: tuple[Shape, ...] = (
    WORKSPACE, BRAND, ACCOUNTS, POSITIONS, PEOPLE, KPIS, ROADMAP,
)  # fmt: skip
"""The configuration files, each named by its shape."""
