"""How an article of a blog looks: its entry in the feed, and the page of its own."""

from __future__ import annotations

from html import escape

from signpost.local.network.network import Network
from signpost.local.network.wordpress.book import Article, permalink
from signpost.local.network.wordpress.html import plain, shown

_ENTRY_WORDS = 55


def summary_html(network: Network, article: Article, origin: str) -> str:
    """Featured image, title as a link, and the excerpt or the first words."""
    words = plain(article.excerpt or article.content).split()
    more = " …" if len(words) > _ENTRY_WORDS else ""
    text = escape(" ".join(words[:_ENTRY_WORDS])) + more
    return (
        f"{_featured(network, article, origin)}"
        f'<h4 class="headline"><a href="{escape(permalink(article, origin))}">'
        f"{escape(plain(article.title)) or 'Untitled'}</a></h4>"
        f'<div class="text"><p>{text}</p></div>{_terms(network, article)}'
    )


def article_html(network: Network, article: Article, origin: str) -> str:
    """The article as its own page shows it, below the heading that names it."""
    return (
        f"{_featured(network, article, origin)}"
        f'<div class="prose">{shown(article.content)}</div>{_terms(network, article)}'
    )


def title_of(article: Article) -> str:
    """The article's title as plain text."""
    return plain(article.title) or "Untitled"


def _featured(network: Network, article: Article, origin: str) -> str:
    image = network.blog.attachment(article.site, article.featured_media)
    if image is None:
        return ""
    alt = escape(image.alt)
    size = f' width="{image.width}" height="{image.height}"' if image.width and image.height else ""
    if alt:
        badge = (
            f'<details class="alt" data-keep="alt-{article.id}"><summary '
            f'aria-label="Alternative text">ALT</summary><p>{alt}</p></details>'
        )
    else:
        badge = '<p class="alt missing">no ALT</p>'
    return (
        f'<div class="media media-1"><figure><a href="{origin}/media/{image.sha256}">'
        f'<img src="{origin}/media/{image.sha256}" alt="{alt or "No description"}"{size} '
        f'loading="lazy"></a>{badge}</figure></div>'
    )


def _terms(network: Network, article: Article) -> str:
    chosen = {*article.categories, *article.tags}
    names = [
        term.name
        for taxonomy in ("category", "post_tag")
        for term in network.blog.terms(article.site, taxonomy)
        if term.id in chosen and term.slug != "uncategorized"
    ]
    items = "".join(f'<li class="mark">{escape(plain(name))}</li>' for name in names)
    return f'<ul class="terms" aria-label="Filed under">{items}</ul>' if items else ""
