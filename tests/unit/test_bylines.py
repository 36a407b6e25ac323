from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.rules.bylines import Byline, fold, is_address, split_byline, splits


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("  ", ()),
        ("Jane Doe", ("Jane Doe",)),
        ("  Jane\n\u202fDoe ", ("Jane Doe",)),
        ("Jane Doe and Richard Roe", ("Jane Doe", "Richard Roe")),
        ("JANE DOE AND RICHARD ROE", ("JANE DOE", "RICHARD ROE")),
        ("Jane Doe & Richard Roe", ("Jane Doe", "Richard Roe")),
        ("Jane Doe &amp; Richard Roe", ("Jane Doe", "Richard Roe")),
        ("A One, B Two, and C Three", ("A One", "B Two", "C Three")),
        ("A One; B Two；C Three，D Four", ("A One", "B Two", "C Three", "D Four")),
        ("甲乙、丙丁﹑戊己", ("甲乙", "丙丁", "戊己")),
        ("甲乙/Jane Doe／丙丁 / 戊己", ("甲乙", "Jane Doe", "丙丁", "戊己")),
        ("甲·乙和丙‧丁與戊•己", ("甲·乙和丙‧丁與戊•己",)),
        ("Alexandra Sandy Brandon", ("Alexandra Sandy Brandon",)),
        ("Jane Doe, Jr. and Richard Roe, III, Ph.D.", ("Jane Doe, Jr.", "Richard Roe, III, Ph.D.")),
        ("Jane Doe, M.D., Xiao Ma", ("Jane Doe, M.D.", "Xiao Ma")),
        ("Xiao Li, Ma", ("Xiao Li", "Ma")),
        ("robo, the helpful robot, Jane Doe", ("robo, the helpful robot", "Jane Doe")),
        (
            "Jane Doe (Press, Radio/TV) and 甲（乙、丙）",
            ("Jane Doe (Press, Radio/TV)", "甲（乙、丙）"),
        ),
        ("Doe, Jane; Roe, Richard", ("Doe, Jane", "Roe, Richard")),
        ("Doe & Sons and Jane Doe", ("Doe & Sons", "Jane Doe")),
        ("R&D Team", ("R&D Team",)),
        ("Ministry of Rain and Fog", ("Ministry of Rain and Fog",)),
        ("n/a", ("n/a",)),
        ("https://example.org/jane, Jane Doe", ("https://example.org/jane", "Jane Doe")),
        ("Jane Doe <jane@example.org>, Roe (roe@example.org)", ("Jane Doe", "Roe")),
        ("<jane@example.org>", ("jane@example.org",)),
        ("Jane Doe and JANE  DOE", ("Jane Doe",)),
        (", and ;", ()),
    ],
)
def test_a_byline_is_split_into_names(text, names):
    assert split_byline(text) == Byline(names=names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Doe, et al.", ("Jane Doe",)),
        ("Jane Doe et al", ("Jane Doe",)),
        ("Jane Doe; Richard Roe; et al.", ("Jane Doe", "Richard Roe")),
        ("Doe, Jane; Roe, Richard; et al.", ("Doe, Jane", "Roe, Richard")),
        ("Jane Doe, Richard Roe and others", ("Jane Doe", "Richard Roe")),
        ("甲乙丙等", ("甲乙丙",)),
        ("甲乙、丙丁等人", ("甲乙", "丙丁")),
        ("et al.", ()),
    ],
)
def test_a_byline_may_go_on_with_others(text, names):
    assert split_byline(text) == Byline(names=names, et_al=True)


@pytest.mark.parametrize("name", ["Jane Doe et Al Gora", "初等"])
def test_a_name_that_looks_like_others_is_a_name(name):
    assert split_byline(name) == Byline(names=(name,))


@pytest.mark.parametrize(
    ("value", "byline"),
    [
        (None, Byline()),
        ([], Byline()),
        ([None, ""], Byline()),
        (1984, Byline(names=("1984",))),
        (["Jane Doe", "Doe & Roe, Ltd", "et al."], Byline(names=("Jane Doe", "Doe & Roe, Ltd"), et_al=True)),
        ({"name": "Doe, Jane and Co"}, Byline(names=("Doe, Jane and Co",))),
        (
            [{"name": "Jane", "url": "https://example.org"}, {"name": "Roe", "url": "javascript:x"}],
            Byline(names=("Jane", "Roe"), addresses=(("Jane", "https://example.org"),)),
        ),
        ({"url": "https://example.org"}, Byline(faulty=True)),
        ({"name": ["Jane"]}, Byline(faulty=True)),
        (["Jane", {}, 2.5], Byline(names=("Jane",), faulty=True)),
        (True, Byline(faulty=True)),
        (date(2025, 11, 5), Byline(faulty=True)),
        (b"Jane", Byline(faulty=True)),
    ],
)  # fmt: skip
def test_a_byline_may_be_a_list_or_a_map(value, byline):
    assert split_byline(value) == byline


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Doe  and roe", ("Doe and roe",)),
        ("Ｄｏｅ AND Roe", ("Ｄｏｅ AND Roe",)),
        ("Doe and Roe, Jane", ("Doe", "Roe", "Jane")),
    ],
)
def test_a_known_spelling_is_one_name_only_as_the_whole_byline(text, names):
    assert split_byline(text, known={"doe and roe"}) == Byline(names=names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane, DOE,  Roe & Co and S/K", ("Jane", "DOE, Roe & Co", "S/K")),
        ("Doe, Roe and Jane", ("Doe, Roe", "Jane")),
        ("Doe, Roes", ("Doe", "Roes")),
        ("Doe, Roe, et al.", ("Doe, Roe",)),
    ],
)
def test_a_name_that_must_stay_whole_is_split_nowhere(text, names):
    byline = split_byline(text, whole=("Doe, Roe & Co", "Doe, Roe", "S/K"))
    assert byline == Byline(names=names, et_al="et al" in text)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Jane Doe", False),
        ("Doe (A, B)", False),
        ("Doe & Sons", True),
        ("甲、乙", True),
        ("", False),
    ],
)
def test_a_name_with_a_separator_in_it_would_be_split(name, answer):
    assert splits(name) is answer


@pytest.mark.parametrize("other", ["JANE   DOE", "Ｊａｎｅ Doe", " jane\u3000doe\n"])
def test_spellings_that_differ_in_case_width_and_spaces_fold_alike(other):
    assert fold(other) == fold("Jane Doe") == "jane doe"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("https://example.org/jane?a#b", True),
        (" HTTP://example.org ", True),
        ("/jane/", True),
        ("//example.org", False),
        ("www.example.org", False),
        ("javascript:x", False),
        ("https://jane@example.org", False),
        ("mailto:jane@example.org", False),
        ("", False),
    ],
)
def test_an_address_is_of_the_web_or_of_the_site(text, answer):
    assert is_address(text) is answer


@given(
    st.text()
    | st.lists(st.text() | st.none() | st.integers() | st.dictionaries(st.text(), st.text()))
)
def test_any_value_has_names_without_spaces_around_them(value):
    byline = split_byline(value)
    assert byline.names == tuple(" ".join(name.split()) for name in byline.names if name)
