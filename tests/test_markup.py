"""safe() is the one way a value enters HTML, SVG, KML or a map: nothing that it returns can end or begin markup."""

import html
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.markup import safe

XML_TEXT = st.characters(exclude_categories=("Cs", "Cc", "Cn"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ('" onload="x', "&quot; onload=&quot;x"),
        ("it's", "it&#x27;s"),
        ("${alert(1)}`", "&#36;{alert(1)}&#96;"),
        ("a\\u003cb", "a&#92;u003cb"),
        ("nul\x00bell\x07", "nulbell"),
        ("two\nlines", "two\nlines"),
        (12.5, "12.5"),
        (None, "None"),
    ],
)
def test_what_could_run_is_encoded(value, shown):
    assert safe(value) == shown


@given(st.text())
def test_no_sign_that_opens_anything_is_left(text):
    assert not set("<>\"'`$\\") & set(safe(text))


@given(st.text(XML_TEXT))
def test_a_browser_shows_the_text_as_it_was(text):
    assert html.unescape(safe(text)) == text


@given(st.text(XML_TEXT))
def test_an_xml_reader_gets_the_text_back_from_an_attribute_and_an_element(text):
    element = ET.fromstring(f'<a b="{safe(text)}">{safe(text)}</a>')
    assert (element.get("b"), element.text or "") == (text, text)
