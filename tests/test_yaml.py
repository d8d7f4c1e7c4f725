"""YAML read strictly: what each scalar becomes, where each thing stands, and what no document needs."""

from __future__ import annotations

from typing import Any

import pytest

from hemeline.yaml import YamlFault, read_yaml


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("17", 17), ("-3", -3), ("0", 0), ("0.25", 0.25), ("1.5e3", 1500.0), ("true", True), ("False", False), ("null", None), ("~", None),
        ("", None), ("text", "text"), ("'17'", "17"), ('"true"', "true"), ("[a, 1]", ["a", 1]), ("{a: 1}", {"a": 1}),
    ],
)  # fmt: skip
def test_a_plain_scalar_is_what_yaml_1_2_says(written: str, read: Any) -> None:
    assert read_yaml(f"key: {written}").data == {"key": read}


@pytest.mark.parametrize(
    "written", ["NO", "no", "yes", "on", "2021-09-01", "2021-09", "017", "1_000", ".nan", ".inf", "-.INF", "1_0.5", "12:30:45", "<0.01"]
)
def test_what_older_parsers_would_turn_into_something_else_stays_text(written: str) -> None:
    assert read_yaml(f"key: {written}").data == {"key": written}


def test_a_number_of_hundreds_of_digits_stays_text() -> None:
    assert read_yaml("key: " + "9" * 300).data == {"key": int("9" * 300)}
    assert read_yaml("key: " + "9" * 301).data == {"key": "9" * 301}


def test_a_key_is_text_however_it_is_written() -> None:
    assert read_yaml("1: a\ntrue: b\n2021-01-01: c").data == {"1": "a", "true": "b", "2021-01-01": "c"}


@pytest.mark.parametrize("empty", ["", " \n", "# only a comment\n", "---\n"])
def test_an_empty_document_is_nothing(empty: str) -> None:
    assert read_yaml(empty).data is None


def test_every_path_has_its_line_and_a_missing_one_that_of_what_encloses_it() -> None:
    document = read_yaml("# why\npatient:\n  id: p\nfacts:\n- fact: a\n- fact: b\n  value:\n  - 1\n")
    paths: list[tuple[str | int, ...]] = [("patient",), ("patient", "id"), ("facts", 1), ("facts", 1, "value", 0)]
    assert [document.line(path) for path in paths] == [2, 3, 6, 8]
    assert document.line(("facts", 1, "unit")) == 6
    assert document.line(("nothing", "of", "this")) == document.line(())


def test_an_alias_repeats_what_its_anchor_names_and_an_anchor_may_be_set_again() -> None:
    text = "a: &x {n: 1}\nb: *x\nc: &x 2\nd: *x\n"
    assert read_yaml(text).data == {"a": {"n": 1}, "b": {"n": 1}, "c": 2, "d": 2}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the same key twice"),
        ("x:\n- {a: 1, 'a': 2}\n", 2, "the same key twice"),
        ("a: 1\n? [b]\n: 2\n", 2, "a key that is a list or a mapping; expected text"),
        ("a: {b: 1\nc: 2\n", 2, "not YAML: expected ',' or '}', but got ':'"),
        ("a:\n\tb: 1\n", 2, "not YAML: found character '\\t' that cannot start any token"),
        ("a: b: c\n", 1, "not YAML: mapping values are not allowed here"),
        ("a: 'open\n", 2, "not YAML: found unexpected end of stream"),
        ("--- a\n--- b\n", 2, "not YAML: but found another document"),
        ("a: 1\nb: \0\n", 2, "not YAML: a character that YAML does not allow"),
        ("a: 1\nb: 2\nc: \x07\n", 3, "not YAML: a character that YAML does not allow"),
        ('a: 1\nb: "\\ud800"\n', 2, "not YAML: a character that YAML does not allow"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(YamlFault) as refused:
        read_yaml(text)
    assert (refused.value.line, refused.value.what) == (line, what)


@pytest.mark.parametrize(
    "text", ["id: *{}", "id: !{}!x 1", "id: &{} *other", "%TAG !{}! a\n%TAG !{}! b\n---\na: 1", "a: {{{}: {}", "{}: 1\n{}: 2", "id: '{}"]
)
@pytest.mark.parametrize("name", ["Smith", "O'Brien", "<smith>", "O'Brien\"s", "Smith-Jones"])
def test_a_fault_never_repeats_the_words_of_the_text(text: str, name: str) -> None:
    with pytest.raises(YamlFault) as refused:
        read_yaml(text.replace("{}", name).replace("{{", "{"))
    assert not any(part in refused.value.what.casefold() for part in ("smith", "brien", "jones"))


def test_a_document_nested_too_deeply_is_refused() -> None:
    with pytest.raises(YamlFault, match="nested too deeply"):
        read_yaml("- " * 2000)


def test_a_line_too_long_for_a_document_is_refused_at_once() -> None:
    with pytest.raises(YamlFault, match=r"^2: a line of more than 1,000,000 characters$"):
        read_yaml("a: 1\nb: " + "x" * 10_000_000)


def test_aliases_of_aliases_cannot_fill_the_memory() -> None:
    levels = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    levels += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    with pytest.raises(YamlFault, match="aliases that repeat more than 10,000 values"):
        read_yaml("\n".join(levels))


def test_an_alias_of_itself_is_refused() -> None:
    with pytest.raises(YamlFault):
        read_yaml("a: &a [*a]")
