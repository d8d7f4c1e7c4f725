"""What an entry may say."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hemeline.vocabulary import Disease, Fact, Therapy


@pytest.mark.parametrize("identifier", ["b-all", "BCR::ABL1", "del(17p)", "t(11;14)", "MR4.5", "BTK-C481", "10q+"])
def test_an_identifier_has_letters_digits_and_a_few_signs(identifier: str) -> None:
    assert Fact(id=identifier, name="x", kind="marker").id == identifier


@pytest.mark.parametrize("identifier", ["", "two words", "-x", "a|b", "a\nb", "ü", "a" * 81])
def test_nothing_else_is_an_identifier(identifier: str) -> None:
    with pytest.raises(ValidationError):
        Fact(id=identifier, name="x", kind="marker")


def test_a_key_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError, match="synonym"):
        Disease.model_validate({"id": "x", "name": "x", "synonym": ["y"]})


def test_a_text_is_trimmed_and_not_empty() -> None:
    assert Disease(id="x", name="  x \n").name == "x"
    with pytest.raises(ValidationError):
        Disease(id="x", name="   ")


def test_a_code_may_be_written_as_a_number() -> None:
    assert Therapy.model_validate_json('{"id": "x", "name": "x", "kind": "drug", "codes": {"rxnorm": [3002]}}').codes == {
        "rxnorm": ("3002",)
    }


def test_an_entry_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Disease(id="x", name="x").name = "y"


@pytest.mark.parametrize(("brands", "title"), [((), "Imatinib"), (("Glivec", "Gleevec"), "Imatinib (Glivec)")])
def test_a_therapy_is_shown_with_its_first_brand(brands: tuple[str, ...], title: str) -> None:
    assert Therapy(id="imatinib", name="Imatinib", kind="drug", brands=brands).title == title
