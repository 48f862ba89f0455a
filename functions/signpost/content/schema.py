"""Every key that the content files may have. Parsing, reference and schemas are made from this.

Over 400 lines because it is one table: cut in two, nobody would know where to look for a key.
"""

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
        Key("card", "flag", "Show the picture in the card of the post's link, where a network "
            "shows either a card or pictures (Bluesky); elsewhere it is a picture as any other.",
            default="false", example="true"),
    ),
)  # fmt: skip

SOURCE = Shape(
    "source",
    (
        Key("from", "text", "Who supplied it.", required=True, example="Hut Nebelstein"),
        Key("rights", "text", "What may be done with it.",
            example="Social media, picture credit in the text."),
        Key("until", "date", "The last day on which it may be published.", default="for good",
            example="2027-06-30"),
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
        Key("stage", "id", "The stage of work that it is in: one of the brand's stages. Taken out "
            "when all are done.", example="text"),
        Key("source", "mapping", "Where material comes from that others supplied, and the rights "
            "in it.", shape=SOURCE, example="{from: Hut Nebelstein, rights: With picture credit.}"),
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

PUBLISHING = Shape(
    "publishing",
    (
        Key("require_release", "flag", "Nothing goes out unless a release of the brand's strategy "
            "is in force: signed by enough people, and not past its review date. Once it was "
            "pushed, no push takes it off again; see docs/signing.md.", default="false",
            example="true"),
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
        Key("site_bucket", "text", "The site's bucket, as the output `SiteBucket` says.",
            example="signpost-acme-sitebucket-1a2b3c"),
        Key("site_distribution", "text", "The site's distribution, as the output "
            "`SiteDistribution` says.", example="E2EXAMPLE"),
    ),
)  # fmt: skip

TIER = Shape(
    "tier of approval",
    (
        Key("id", "id", "Its name, as the trust root has it under `approval`.", required=True,
            example="offers"),
        Key("needs", "integer", "How many people have to approve; the trust root may ask for more.",
            least=1, most=20, default="1", example="2"),
        Key("from", "ids", "Positions, or roles of the trust root, whose holders count; the client's "
            "may be among them.", default="all that the trust root lets approve",
            example="[shop-manager]"),
        Key("brands", "ids", "The brands whose posts need it.", default="all",
            example="[larkfell]"),
        Key("types", "ids", "The types of post that need it.", default="all",
            example="[promotion, contest]"),
        Key("accounts", "ids", "Posts to one of these accounts need it.", default="all",
            example="[larkfell-shop]"),
        Key("tags", "texts", "Posts with one of these tags need it.", default="all",
            example="[price]"),
        Key("warn", "duration", "How long before a post's time people are warned that its approval "
            "is missing.", least=60, most=14 * 86_400, default="4h", example="1d"),
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
        Key("publishing", "mapping", "What has to hold for anything to go out.",
            shape=PUBLISHING, example="{require_release: true}"),
        Key("approvals", "mappings", "Which posts somebody has to approve before they go out; what "
            "no tier fits needs nobody's approval. Where several fit, all of them have to be met; "
            "see docs/approvals.md.", shape=TIER, default="none",
            example="[{id: offers, types: [promotion], from: [shop-manager]}]"),
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
    period=True,
)  # fmt: skip

VOICE = Shape(
    "voice",
    (
        Key("summary", "text", "The voice in a sentence.", example="A friend who has been there."),
        Key("we_are", "texts", "What we sound like.", example="[Plain, Honest]"),
        Key("we_are_not", "texts", "What we never sound like.", example="[Pushy]"),
        Key("avoid", "texts", "Words that we do not use.", example="[epic]"),
        Key("prefer", "texts", "Words that we like to use.", example="[mend]"),
        Key("emoji", "integer", "The most emoji that a text may have.", most=100,
            default="any number", example="2"),
        Key("hashtags", "integer", "The most hashtags that a text may have.", most=100,
            default="what the channel takes", example="3"),
        Key("capitals", "texts", "Words that may stand in capitals; a list, even an empty one, "
            "refuses all others of four letters and more.", default="any", example="[GORE, UIAA]"),
        Key("reading_ease", "integer", "The least Flesch reading ease of a text: 60 is plain, 30 "
            "is hard.", most=100, default="any", example="60"),
    ),
)  # fmt: skip

QUIET = Shape(
    "quiet hours",
    (
        Key("from", "time", "When they begin.", required=True, example='"22:00"'),
        Key("to", "time", "When they end.", required=True, example='"07:00"'),
        Key("days", "days", "Days on which they begin.", default="all", example="[sat, sun]"),
    ),
    period=True,
)  # fmt: skip

BLACKOUT = Shape(
    "blackout",
    (
        Key("from", "local", "Its first minute, in the brand's zone.", required=True,
            example="2026-12-24 12:00"),
        Key("to", "local", "When it is over.", required=True, example="2026-12-27 08:00"),
        Key("title", "text", "Why nothing goes out then.", required=True, example="Christmas"),
        Key("accounts", "ids", "The accounts that it is for.", default="all",
            example="[larkfell-shop]"),
    ),
    period=True,
)  # fmt: skip

UTM = Shape(
    "utm",
    (
        Key("hosts", "texts", "The brand's own sites; a subdomain counts as its parent.",
            required=True, example="[larkfell.example]"),
        Key("source", "text", "Value of `utm_source`.", default="the channel's id",
            example="social"),
        Key("medium", "text", "Value of `utm_medium`.", default="`social`", example="social"),
        Key("required", "texts", "The tags that each link to those sites must have.",
            default="[utm_source, utm_medium, utm_campaign]", example="[utm_source]"),
    ),
)  # fmt: skip

DISCLOSURE = Shape(
    "disclosure",
    (
        Key("types", "ids", "The types of post that need it.", required=True,
            example="[promotion, contest]"),
        Key("phrases", "texts", "What must stand in the text: one of these.", required=True,
            example='["#ad", Advertisement]'),
        Key("why", "text", "The reason, for whoever forgets it.",
            example="The law asks for it."),
    ),
)  # fmt: skip

STAGE = Shape(
    "stage",
    (
        Key("id", "id", "The word that posts use.", required=True, example="graphics"),
        Key("title", "text", "Its name for people.", default="its id", example="Graphics"),
        Key("position", "id", "Who does it; a position of the client's side may be one.",
            required=True, example="designer"),
        Key("lead", "duration", "How long before the post's time it has to be done.",
            required=True, most=365 * 86_400, example="4d"),
        Key("types", "ids", "The types of post that go through it.", default="all",
            example="[how-to, infographic]"),
    ),
)  # fmt: skip

LETTERHEAD = Shape(
    "letterhead",
    (
        Key("address", "texts", "Lines below the brand's name, as on its letters.",
            example="[Larkfell Outfitters, 1 Sample Street]"),
        Key("color", "color", "The colour of its name and headings.", default="`#1b2530`",
            example='"#1f4d3a"'),
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
        Key("letterhead", "mapping", "What `signpost strategy print` puts at the head of a release.",
            shape=LETTERHEAD, default="the name alone", example='{color: "#1f4d3a"}'),
        Key("late", "duration", _LATE, least=60, most=_WEEK, default="the workspace's",
            example="45m"),
        Key("voice", "mapping", "How it speaks.", shape=VOICE, example="{avoid: [epic]}"),
        Key("types", "ids", "The types of post it uses.", example="[how-to, story]"),
        Key("countries", "countries", "Countries whose public holidays are minded.",
            example="[DE-BY, AT]"),
        Key("quiet", "mappings", "Hours in which nothing goes out.", shape=QUIET,
            example='[{from: "22:00", to: "07:00"}]'),
        Key("blackouts", "mappings", "Days and hours in which nothing goes out.", shape=BLACKOUT,
            example="[{from: 2026-12-24 12:00, to: 2026-12-27 08:00, title: Christmas}]"),
        Key("spacing", "duration", "The least time between two posts of an account.", least=60,
            most=_WEEK, default="any", example="2h"),
        Key("utm", "mapping", "How links to its own sites are tagged.", shape=UTM,
            example="{hosts: [larkfell.example]}"),
        Key("disclosures", "mappings", "Words that posts of some types must contain.",
            shape=DISCLOSURE, example='[{types: [contest], phrases: ["Terms:"]}]'),
        Key("stages", "mappings", "The stages of work on a post, in order.", shape=STAGE,
            example="[{id: text, position: content-editor, lead: 6d}]"),
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
        Key("client", "flag", "Whether it is on the client's side.", default="false",
            example="true"),
        Key("deputy", "id", "The position that stands in for it.", example="social-lead"),
        Key("merges", "ids", "Positions that one person may hold together with it.",
            default="none", example="[designer]"),
        Key("core", "flag", "Whether it belongs to the core team, which keeps the tools, the "
            "calendar and the oversight.", default="false", example="true"),
        Key("represents", "flag", "Whether it speaks for its department in the team.",
            default="false", example="true"),
    ),
)  # fmt: skip

POSITIONS = Shape(
    "positions.yaml",
    (
        Key("positions", "mappings", "Who answers for what.", required=True, shape=POSITION,
            example="[{id: editor, title: Editor}]"),
    ),
)  # fmt: skip

DEPARTMENT = Shape(
    "department",
    (
        Key("id", "id", "The word that other files use.", required=True, example="service"),
        Key("title", "text", "Its name for people.", example="Customer care"),
        Key("representative", "id", "Who speaks for it in the team.", example="tilda"),
    ),
)  # fmt: skip

PERSON = Shape(
    "person",
    (
        Key("id", "id", "The name that other files use.", required=True, example="juno"),
        Key("name", "text", "The person's name.", required=True, example="Juno Abendrot"),
        Key("email", "text", "Where the person is reached.", example="juno@larkfell.example"),
        Key("department", "id", "Where the person works.", example="marketing"),
        Key("starts", "date", "The first day of work; who was there before needs none.",
            example="2026-12-01"),
        Key("manager", "id", "Who looks after the person's first weeks, and sees what was read.",
            example="juno"),
        Key("checklist", "id", "The onboarding checklist that the person works through: a page of "
            "`onboarding/` in the handbook.", example="copywriter"),
        Key("brands", "ids", "Brands whose site the person may enter beside this one.",
            default="this one alone", example="[larkfell]"),
        Key("client", "flag", "Whether the person is on the client's side: sees this brand alone.",
            default="true where all positions held are the client's", example="true"),
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
    period=True,
)  # fmt: skip

PEOPLE = Shape(
    "people.yaml",
    (
        Key("departments", "mappings", "The departments.", shape=DEPARTMENT,
            example="[{id: marketing, representative: juno}]"),
        Key("people", "mappings", "Everybody.", required=True, shape=PERSON,
            example="[{id: finn, name: Finn}]"),
        Key("holders", "mappings", "Who holds which position; one person may hold several.",
            shape=HOLDER, example="[{position: editor, person: finn}]"),
        Key("absences", "mappings", "Who is away, both days included.", shape=PERIOD,
            example="[{person: finn, from: 2026-12-19, to: 2027-01-03}]"),
        Key("on_call", "mappings", "Who decides outside opening hours.", shape=PERIOD,
            example="[{person: juno, from: 2026-11-30, to: 2027-01-10}]"),
        Key("reading", "duration", "How long after its first day everybody is to have read a new "
            "version of the strategy.", least=86_400, most=365 * 86_400, default="14d",
            example="14d"),
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
