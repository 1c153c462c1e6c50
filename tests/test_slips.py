"""What each check tells apart, over files that are written here."""

from pathlib import Path

import pytest
from pyoxigraph import Literal

import qkg
from qkg.checks import Finding
from qkg.namespaces import PREFIXES

BACKGROUND = Path(__file__).parent / "check" / "background.ttl"
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
LINES = HEAD.count("\n")
CLAIM = (
    "<> a qkg:Claim ; qkg:manner qkg:asserted ; qkg:status qkg:accepted ; qkg:passage <#passage> ;"
    ' qkg:statedIn document:text ; rdfs:label "{name}"@en .\n'
    "<#passage> a qkg:Passage ; oa:hasSource document:text ; qkg:evidenceKind qkg:bodyText .\n"
)


def found(folder: Path, select: str, **texts: str) -> list[Finding]:
    for name, text in texts.items():
        (folder / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")
    return list(qkg.check(data=[BACKGROUND, folder], select=[select]).findings)


@pytest.mark.parametrize(
    ("literal", "code", "said"),
    [
        ('"2025-05"^^xsd:date', "Q011", 'Write "2025-05"^^xsd:gYearMonth.'),
        ('"2025"^^xsd:gYearMonth', "Q011", 'Write "2025"^^xsd:gYear.'),
        ('"2025-05-13"^^xsd:gYear', "Q011", 'Write "2025-05-13"^^xsd:date.'),
        ('"2025-13"^^xsd:gYearMonth', "Q011", 'Write it as in "2025-05"^^xsd:gYearMonth.'),
        ('"13/05/2025"^^xsd:date', "Q011", 'Write "2025-05-13"^^xsd:date.'),
        ('"31/04/2025"^^xsd:date', "Q011", 'Write it as in "2025-05-13"^^xsd:date.'),
        ('"2025-02-29"^^xsd:date', "Q012", "Look the date up"),
        ('"2025-31-12"^^xsd:date', "Q012", 'is it "2025-12-31"^^xsd:date?'),
        ('"2025-04-31T00:00:00Z"^^xsd:dateTime', "Q012", "Look the date up"),
        ('"4,000,000"^^xsd:decimal', "Q011", 'Write "4000000"^^xsd:decimal.'),
        ('"4,5"^^xsd:decimal', "Q011", "Write 4.5."),
        ('"4.5"^^xsd:integer', "Q011", "Write it as in 4."),
        ('"-1"^^xsd:nonNegativeInteger', "Q011", "Write a value that its datatype knows."),
        ('"True"^^xsd:boolean', "Q011", "Write true."),
        ('"5 years"^^xsd:duration', "Q011", 'Write it as in "P5Y"^^xsd:duration.'),
        ('"P"^^xsd:duration', "Q011", 'Write it as in "P5Y"^^xsd:duration.'),
        ('"2025-05-13"^^xsd:dat', "Q011", "There is no datatype xsd:dat: write xsd:date"),
        ('"x"^^xsd:qqq', "Q011", "There is no datatype xsd:qqq: write xsd:string"),
        ('"https://example.org/a b"^^xsd:anyURI', "Q011", "Write it as in"),
    ],
)
def test_literal_without_a_value(tmp_path: Path, literal: str, code: str, said: str) -> None:
    (finding,) = found(tmp_path, "Q01", a=f"id:x qkg:p\n  {literal} .")
    assert (finding.code, finding.line, finding.column) == (code, LINES + 2, 3)
    assert said in finding.remedy


@pytest.mark.parametrize(
    "literal",
    [
        '"2024-02-29"^^xsd:date',
        '"2025-05-13Z"^^xsd:date',
        '"-0044-03-15"^^xsd:date',
        '"2025-05"^^xsd:gYearMonth',
        '"01"^^xsd:integer',
        '"1.50"^^xsd:decimal',
        '"P1Y2M3DT4H5M6.7S"^^xsd:duration',
        '"-P1D"^^xsd:duration',
        '"x"^^<https://example.org/own>',
        '"soon"',
        '"2025-02-30"@en',
    ],
)
def test_literal_with_a_value(tmp_path: Path, literal: str) -> None:
    assert found(tmp_path, "Q01", a=f"id:x qkg:p {literal} .") == []


@pytest.mark.parametrize(
    ("declared", "right"),
    [
        ("@prefix x: <http://schema.org/> .", "https://schema.org/"),
        ("@prefix qkg: <https://w3id.org/qkg/ontology> .", PREFIXES["qkg"]),
        ("@prefix id: <https://w3id.org/qkg/ids/> .", PREFIXES["id"]),
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core/> .", PREFIXES["skos"]),
    ],
)
def test_namespace_that_is_nearly_right(tmp_path: Path, declared: str, right: str) -> None:
    (finding,) = found(tmp_path, "Q003", a=f"{declared}\nid:x qkg:p 1 .")
    assert (finding.line, finding.column) == (LINES + 1, 1)
    assert f"<{right}>" in finding.remedy


def test_namespace_in_an_iri_is_told_once_a_file(tmp_path: Path) -> None:
    iri = "<http://w3id.org/qkg/id/{}>"
    text = f"id:x qkg:p {iri.format('a')} , {iri.format('b')} ."
    (finding,) = found(tmp_path, "Q003", a=text)
    assert "<https://w3id.org/qkg/id/…>" in finding.remedy
    assert finding.line == LINES + 1


@pytest.mark.parametrize("prefix", ["id", "qkg"])
def test_what_a_mistaken_file_would_describe_is_not_missed(tmp_path: Path, prefix: str) -> None:
    wrong = PREFIXES[prefix].replace("https", "http")
    thing = f'@prefix {prefix}: <{wrong}> .\nid:new a qkg:State ; rdfs:label "new"@en .'
    claim = CLAIM.format(name="A") + "id:partner qkg:basedIn id:new ; qkg:actsFor id:newer ."
    (tmp_path / "entities.ttl").write_text(HEAD + thing)
    (tmp_path / "claim.ttl").write_text(HEAD + claim)
    findings = qkg.check(data=[BACKGROUND, tmp_path], ignore=["Q056"]).findings
    assert [finding.code for finding in findings] == ["Q023", "Q003"]
    assert "id:newer" in findings[0].message


def test_prefixes_of_ones_own_are_no_mistake(tmp_path: Path) -> None:
    text = "@prefix id: <https://example.org/things/> .\n@prefix my: <https://example.org/> .\n"
    assert found(tmp_path, "Q003", a=f"{text}id:x my:p <https://w3id.org/qkg/ontology> .") == []


def test_term_gets_the_closest_of_its_kind(tmp_path: Path) -> None:
    text = "id:x a qkg:Curency ; qkg:curency id:euro ; qkg:zzz qkg:plannned ."
    remedies = [finding.remedy for finding in found(tmp_path, "Q021", a=text)]
    assert sorted(remedies) == [
        "Take a term of ontology/qkg.ttl, or add this one there first.",
        "Write qkg:Currency, or add qkg:Curency to ontology/qkg.ttl first.",
        "Write qkg:currency, or add qkg:curency to ontology/qkg.ttl first.",
        "Write qkg:planned, or add qkg:plannned to ontology/qkg.ttl first.",
    ]


def test_link_is_told_once_a_file(tmp_path: Path) -> None:
    text = "id:x qkg:p id:nowhere , <#none> ; qkg:q id:nowhere ."
    findings = found(tmp_path, "Q023", a=text, b="id:y qkg:p id:nowhere .")
    assert sorted((f.path.name, f.message) for f in findings if f.path) == [
        ("a.ttl", "Nothing describes <#none>."),
        ("a.ttl", "Nothing describes id:nowhere."),
        ("b.ttl", "Nothing describes id:nowhere."),
    ]


def test_subject_that_nothing_else_describes_is_a_link_too(tmp_path: Path) -> None:
    (finding,) = found(
        tmp_path, "Q023", a=CLAIM.format(name="A") + "id:patner qkg:basedIn id:state ."
    )
    assert finding.message == "Nothing describes id:patner."
    assert (finding.line, finding.column) == (LINES + 3, 1)


def test_things_share_a_label_and_claims_may(tmp_path: Path) -> None:
    thing = 'id:{} a qkg:Place ; rdfs:label "There"@en .'
    texts = {name: CLAIM.format(name="The same") for name in ("c1", "c2")}
    findings = found(tmp_path, "Q025", a=thing.format("one"), b=thing.format("two"), **texts)
    assert [f.path.name for f in findings if f.path] == ["b.ttl"]
    assert findings[0].message == "id:two and id:one have the same label, “There”."


def test_same_facts_of_another_passage_are_no_repetition(tmp_path: Path) -> None:
    fact = "id:partner qkg:basedIn id:state ."
    place = "<#passage> qkg:sentence {} .\n"
    texts = {
        name: CLAIM.format(name=name) + place.format(number) + fact
        for name, number in (("a", 1), ("b", 2), ("c", 2))
    }
    (finding,) = found(tmp_path, "Q041", **texts)
    assert finding.path == tmp_path / "c.ttl"
    assert "data:b" in finding.message


def test_two_values_of_one_claim_are_no_conflict_of_claims(tmp_path: Path) -> None:
    fact = "id:amount qkg:currency id:euro ; qkg:value 1.0 , 2.0 ."
    findings = qkg.check(
        data=[BACKGROUND, *_written(tmp_path, a=CLAIM.format(name="A") + fact)],
        select=["Q042", "Q052"],
    ).findings
    assert [finding.code for finding in findings] == ["Q052"]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ('id:x rdfs:label "X"@en ;\n', "End the last statement with a “.”, or"),
        ("id:x qkg:occurredOn 2025-05-13 .", 'Write a date as in "2025-05-13"^^xsd:date.'),
        ("id:x qkg:basedIn <https://example.org/a b> .", "a space is %20"),
        ("id:x rdfs:label \u201eX\u201c .", "Write straight quotation marks"),
        ("id:x rdfs:label «X» .", "Write straight quotation marks"),
        ('id:x rdfs:label "X@en .\nid:y qkg:p "Y" .', "Close the quotation mark in the same line"),
    ],
)
def test_what_does_not_parse_says_what_to_do(tmp_path: Path, text: str, remedy: str) -> None:
    (finding,) = found(tmp_path, "Q001", a=text)
    assert remedy in finding.remedy


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_file_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.ttl").write_text(f'{HEAD}id:x rdfs:label "é"@en .', encoding=encoding)
    (finding,) = found(tmp_path, "Q001")
    assert finding.remedy == "Save the file in UTF-8."


def test_claim_that_was_asked_about_is_the_one_that_repeats(tmp_path: Path) -> None:
    fact = "id:partner qkg:basedIn id:state ."
    texts = {name: CLAIM.format(name=name) + fact for name in ("a", "b")}
    (folder,) = _written(tmp_path, **texts)
    for name, other in (("a", "b"), ("b", "a")):
        path = folder / f"{name}.ttl"
        (finding,) = qkg.check(path, data=[BACKGROUND, folder], select=["Q041"]).findings
        assert finding.path == path
        assert f"data:{other}" in finding.message


def test_link_into_another_namespace_gets_the_thing_of_that_name(tmp_path: Path) -> None:
    claim = CLAIM.format(name="A").replace("statedIn document:", "statedIn id:")
    (finding,) = found(tmp_path, "Q023", a=f"{claim} id:partner qkg:basedIn id:state .")
    assert finding.remedy.startswith("Write document:text; or")


@pytest.mark.parametrize(
    ("fact", "code", "value"),
    [
        ('id:amount qkg:value 1.0 ; qkg:currency "EUR" .', "Q053", '"EUR"'),
        ("id:amount qkg:currency id:euro ; qkg:value -1.0 .", "Q055", "-1.0"),
        ("id:amount qkg:currency id:euro ; qkg:value 4.0e6 .", "Q054", "4.0e6"),
        ("id:amount qkg:currency id:euro ; qkg:value 4 .", "Q054", "4"),
        ("id:partner qkg:basedIn [ qkg:basedIn id:state ] .", "Q056", "["),
    ],
)
def test_value_that_is_wrong_in_itself_is_told_once(
    tmp_path: Path, fact: str, code: str, value: str
) -> None:
    right = "id:amount qkg:currency id:euro ; qkg:value 4000000.0 .\n"
    texts = {"a": CLAIM.format(name="A") + fact, "b": CLAIM.format(name="B") + right}
    (folder,) = _written(tmp_path, **texts)
    findings = qkg.check(data=[BACKGROUND, folder], select=["Q04", "Q05"]).findings
    wrong = [each for each in findings if "Passage" not in str(each.shape)]
    (finding,) = (each for each in wrong if each.path == folder / "a.ttl")
    assert finding.code == code
    line = (folder / "a.ttl").read_text(encoding="utf-8").splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith(value)


def test_order_is_not_asked_of_what_is_wrong_in_itself(tmp_path: Path) -> None:
    place = '<#passage> oa:hasSelector <#at> . <#at> a oa:TextPositionSelector ; oa:end "9" ; '
    fact = "oa:start 1 . id:partner qkg:basedIn id:state ."
    (finding,) = found(tmp_path, "Q05", a=CLAIM.format(name="A") + place + fact)
    assert (finding.code, finding.value) == ("Q054", Literal("9"))


def test_offsets_into_a_document_that_does_not_parse_are_left_alone(tmp_path: Path) -> None:
    place = "<#passage> oa:hasSelector <#at> . <#at> oa:start 1 ; oa:end 9 ."
    claim = CLAIM.format(name="A").replace("document:text", "document:new") + place
    (folder,) = _written(tmp_path, a=claim, b="document:new a qkg:Document ;; qkg:")
    findings = qkg.check(data=[BACKGROUND, folder], select=["Q001", "Q03"]).findings
    assert [finding.code for finding in findings] == ["Q001"]


def _written(folder: Path, **texts: str) -> list[Path]:
    for name, text in texts.items():
        (folder / f"{name}.ttl").write_text(HEAD + text, encoding="utf-8")
    return [folder]
