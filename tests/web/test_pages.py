"""Each page in each language: sound HTML, words in the right language, nothing from elsewhere."""

import re
from collections import Counter
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.test import Client
from tests.web.conftest import LANGUAGES, PAGES, plain_pages

LOADING = ("src", "srcset", "data", "action", "formaction", "poster")
# Plain characters where a typographic one belongs, in text that people read.
UNTYPOGRAPHIC = {
    "straight quote": re.compile(r'["\']'),
    "three points": re.compile(r"\.\.\."),
    "double hyphen": re.compile(r"--"),
}
FRENCH_SPACE = re.compile(r"[^\s«][?!:;]|[ ][?!:;]")


def read(client: Client, address: str) -> Element:
    """The page as a tree. Errors: AssertionError on a wrong status, or on HTML a browser would have to mend."""
    answer = client.get(address)
    assert answer.status_code == 200
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Element = parser.parse(answer.content.decode())
    assert not [f"{place}: {code} {details}" for place, code, details in parser.errors]
    return tree


def text_of(element: Element) -> str:
    """All words below an element, with single spaces between them."""
    return " ".join("".join(element.itertext()).split(" ")).strip()


@pytest.mark.parametrize("address", PAGES)
def test_page_is_sound(client: Client, address: str) -> None:
    tree = read(client, address)
    language = address.split("/")[1]
    assert tree.attrib["lang"] == language
    assert len(tree.findall(".//h1")) == 1
    assert text_of(tree.find(".//h1"))
    title = tree.findtext(".//title")
    assert re.fullmatch(r"\S.* – \S.*", title), "the title is the name of the page, then that of the site"
    ids = Counter(each.attrib["id"] for each in tree.iter() if "id" in each.attrib)
    assert [name for name, number in ids.items() if number > 1] == []
    for each in tree.iter():
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            for name in each.attrib.get(attribute, "").split():
                assert name in ids, f"{attribute}={name} leads nowhere"
        if each.attrib.get("href", "").startswith("#") and len(each.attrib["href"]) > 1:
            assert each.attrib["href"][1:] in ids or each.attrib["href"] == "#time"


@pytest.mark.parametrize("address", PAGES)
def test_headings_skip_no_level(client: Client, address: str) -> None:
    levels = [
        int(each.tag[1]) for each in read(client, address).iter() if re.fullmatch("h[1-6]", str(each.tag))
    ]
    for one, next_one in zip(levels, levels[1:], strict=False):
        assert next_one <= one + 1


@pytest.mark.parametrize("address", PAGES)
def test_nothing_inline_and_nothing_from_elsewhere(client: Client, address: str) -> None:
    tree = read(client, address)
    for each in tree.iter():
        handlers = [name for name in each.attrib if name.startswith("on") or name == "style"]
        assert not handlers
        assert each.tag != "style"
        if each.tag == "script":
            assert each.attrib.get("src", "").startswith("/static/")
            assert not (each.text or "").strip()
        for name in LOADING:
            assert not re.match(r"(?:[a-z]+:)?//", each.attrib.get(name, ""))
        if each.tag == "link":
            assert each.attrib["href"].startswith("/")
        if each.tag == "a" and "//" in each.attrib["href"]:
            assert each.attrib["rel"] == "external noreferrer"


@pytest.mark.parametrize("address", [page for page in PAGES if not page.endswith("_gallery")])
def test_typography(client: Client, address: str) -> None:
    text = text_of(read(client, address).find("body")).replace("sha256:", "")  # a hash is no sentence
    for name, pattern in UNTYPOGRAPHIC.items():
        assert not pattern.search(text), name
    if address.startswith("/fr/"):
        assert not FRENCH_SPACE.search(text), "a space that does not break stands before ? ! : ;"


@pytest.mark.parametrize("name", [name for name in plain_pages() if name != "_gallery"])
def test_no_paragraph_stays_in_another_language(client: Client, name: str) -> None:
    seen: Counter[str] = Counter()
    for language in LANGUAGES:
        main = read(client, f"/{language}/{name}").find(".//main")
        seen.update({text_of(each) for each in main.iter() if each.tag in {"p", "li"}})
    assert [text for text, number in seen.items() if number > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_differ(client: Client, language: str) -> None:
    titles = [read(client, f"/{language}/{page}").findtext(".//title") for page in plain_pages()]
    assert len(set(titles)) == len(titles)


def test_language_choice_keeps_the_page(client: Client) -> None:
    tree = read(client, "/nl/over/privacy")
    links = [each for each in tree.findall(".//header//a") if "hreflang" in each.attrib]
    assert [each.attrib["href"] for each in links] == [f"/{code}/over/privacy" for code in ("fr", "de", "en")]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fr-BE,fr;q=0.9", "fr"), ("de", "de"), ("en-GB", "en"), ("pt", "nl"), ("", "nl"), ("%%%", "nl")],
)
def test_start_leads_to_the_language_of_the_reader(client: Client, accepted: str, language: str) -> None:
    answer = client.get("/", headers={"accept-language": accepted})
    assert (answer.status_code, answer["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in answer["Vary"]


def test_a_page_weighs_little(client: Client) -> None:
    """Everything the heaviest page loads, not compressed, against the budget of 150 kB."""
    answer = client.get("/nl/_gallery")
    files = set(re.findall(rb'(?:src|href)="(/static/[^"]+)"', answer.content))
    loaded = [client.get(name.decode()) for name in files]
    weight = len(answer.content) + sum(len(b"".join(each)) for each in loaded)
    for each in loaded:
        each.close()
    assert weight < 150_000


def test_static_files_are_kept_by_the_browser(client: Client) -> None:
    name = re.search(rb'href="(/static/[^"]+\.css)"', client.get("/nl/").content)[1].decode()
    answer = client.get(name, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]
    answer.close()
