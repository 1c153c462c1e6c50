"""The codes of findings: one table of what each means and is said in, in English and Japanese.

A sentence names what it speaks of by ``{focus}``, ``{property}``, ``{value}`` and by words of its
own. A code may have several remedies, of which a check chooses one by its name.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from qkg.checks.report import Severity
from qkg.errors import NameUnknown

__all__ = [
    "CODES",
    "FILE_CODES",
    "SHAPE_CODES",
    "Code",
    "Said",
    "refuse_other_language",
    "selected",
]


class Said(NamedTuple):
    """One sentence in each language."""

    en: str
    ja: str


class Code(NamedTuple):
    """A kind of finding.

    Attributes:
        code: what it is called by.
        name: what it is, in a few words.
        severity: how grave it is, where no shape says otherwise.
        message: what is wrong.
        remedies: what to do about it; the one without a name where nothing more is known.
    """

    code: str
    name: str
    severity: Severity
    message: Said
    remedies: Mapping[str, Said]


# What the shapes say is owed is the remedy of what they find.
_BY_SHAPE = {"": Said("{duty}", "{duty}")}

_TABLE = (
    # The file
    Code(
        "Q001",
        "not Turtle",
        "violation",
        Said("This is not Turtle: {problem}", "Turtle の構文に誤りがあります: {problem}"),
        {
            "": Said(
                "Mend this line or the one before it: a “;”, a “.” or a quotation mark that is "
                "missing shows only at the next word.",
                "この行か直前の行を直してください。「;」「.」や引用符の抜けは、次の語で初めて"
                "エラーになります。",
            ),
            "date": Said(
                'Write a date as in "2025-05-13"^^xsd:date.',
                '日付は "2025-05-13"^^xsd:date のように書いてください。',
            ),
            "encoding": Said(
                "Save the file in UTF-8.",
                "ファイルを UTF-8 で保存してください。",
            ),
            "end": Said(
                "End the last statement with a “.”, or write what is missing before it.",
                "最後の文を「.」で終えるか、その前に抜けているものを書いてください。",
            ),
            "iri": Said(
                "Take the character out of the IRI between < and >; a space is %20 in an address.",
                "< と > の間の IRI からこの文字を除いてください。アドレスの空白は %20 と書きます。",
            ),
            "marks": Said(
                'Write straight quotation marks around a text, as in "text"@en.',
                '文字列は "text"@en のように直線の引用符で囲んでください。',
            ),
            "text": Said(
                "Close the quotation mark in the same line; a text of several lines stands between "
                'three of them, as in """text"""@en.',
                "引用符は同じ行で閉じてください。複数行の文字列は "
                '"""text"""@en のように三つずつの引用符で囲みます。',
            ),
            "triple": Said(
                "Give what is to be said of a statement to a node of its own.",
                "文について述べることは、それ専用のノードに述べさせてください。",
            ),
        },
    ),
    Code(
        "Q002",
        "prefix not declared",
        "violation",
        Said("The prefix {prefix}: is not declared.", "接頭辞 {prefix}: が宣言されていません。"),
        {
            "": Said(
                "Declare it at the top of the file with @prefix, or write the IRI in full.",
                "ファイルの先頭で @prefix により宣言するか、IRI を省略せずに書いてください。",
            ),
            "known": Said(
                "Add this line at the top of the file: @prefix {prefix}: <{namespace}> .",
                "ファイルの先頭に次の行を加えてください: @prefix {prefix}: <{namespace}> .",
            ),
            "closest": Said(
                "Write {closest}: in its place, or declare {prefix}: at the top of the file.",
                "代わりに {closest}: と書くか、ファイルの先頭で {prefix}: を宣言してください。",
            ),
        },
    ),
    Code(
        "Q003",
        "mistaken namespace",
        "violation",
        Said(
            "<{namespace}> is nearly, but not, the namespace <{right}>.",
            "<{namespace}> は名前空間 <{right}> に似ていますが、同じではありません。",
        ),
        {
            "": Said(
                "Write <{right}…> in its place.",
                "代わりに <{right}…> と書いてください。",
            ),
            "prefix": Said(
                "Write @prefix {prefix}: <{right}> .",
                "@prefix {prefix}: <{right}> . と書いてください。",
            ),
        },
    ),
    # Literals
    Code(
        "Q011",
        "malformed literal",
        "violation",
        Said(
            "{property} of {focus} is {value}, which is no {datatype}.",
            "{focus} の {property} の値 {value} は、{datatype} の書式に合っていません。",
        ),
        {
            "": Said(
                "Write a value that its datatype knows.",
                "データ型に合った値を書いてください。",
            ),
            "datatype": Said(
                "There is no datatype {datatype}: write {example}, or another one that there is.",
                "{datatype} というデータ型はありません。{example} など、存在するデータ型を書いて"
                "ください。",
            ),
            "example": Said("Write it as in {example}.", "{example} のように書いてください。"),
            "other": Said("Write {example}.", "{example} と書いてください。"),
        },
    ),
    Code(
        "Q012",
        "no such date",
        "violation",
        Said(
            "{property} of {focus} is {value}, a date that the calendar does not have.",
            "{focus} の {property} の値 {value} は、暦に存在しない日付です。",
        ),
        {
            "": Said(
                "Look the date up in the source, and write year, month, day.",
                "出典で日付を確かめ、年・月・日の順に書いてください。",
            ),
            "swapped": Said(
                "Month and day look swapped: is it {example}?",
                "月と日が入れ替わっているようです。{example} ではありませんか。",
            ),
        },
    ),
    # Names
    Code(
        "Q021",
        "unknown term",
        "violation",
        Said(
            "{term} is no term of the ontology.",
            "{term} はオントロジーにない用語です。",
        ),
        {
            "": Said(
                "Take a term of ontology/qkg.ttl, or add this one there first.",
                "ontology/qkg.ttl にある用語を使うか、先にそこへ追加してください。",
            ),
            "closest": Said(
                "Write {closest}, or add {term} to ontology/qkg.ttl first.",
                "{closest} と書くか、先に {term} を ontology/qkg.ttl に追加してください。",
            ),
        },
    ),
    Code(
        "Q022",
        "undeclared term of another vocabulary",
        "violation",
        Said(
            "{term} is used here, and the ontology does not declare it.",
            "ここで使われている {term} は、オントロジーで宣言されていません。",
        ),
        {
            "": Said(
                "Take a term that is declared, or declare this one at the end of ontology/qkg.ttl.",
                "宣言済みの用語を使うか、ontology/qkg.ttl の末尾で宣言してください。",
            ),
            "closest": Said(
                "Write {closest}, or declare {term} at the end of ontology/qkg.ttl.",
                "{closest} と書くか、{term} を ontology/qkg.ttl の末尾で宣言してください。",
            ),
        },
    ),
    Code(
        "Q023",
        "dangling link",
        "violation",
        Said("Nothing describes {thing}.", "{thing} はどこにも記述されていません。"),
        {
            "": Said(
                "Correct the IRI, or describe it once, with a class and a label, in {home}.",
                "IRI を直すか、{home} にクラスとラベルを添えて記述してください。",
            ),
            "closest": Said(
                "Write {closest}; or describe {thing} once, with a class and a label, in {home}.",
                "{closest} と書くか、{thing} を {home} にクラスとラベルを添えて記述してください。",
            ),
        },
    ),
    Code(
        "Q024",
        "IRIs that differ in case",
        "violation",
        Said(
            "{thing} and {other} differ only in upper and lower case.",
            "{thing} と {other} は大文字と小文字だけが違います。",
        ),
        {
            "": Said("Write {other} here too.", "ここでも {other} と書いてください。"),
        },
    ),
    Code(
        "Q025",
        "shared label",
        "violation",
        Said(
            "{thing} and {other} have the same label, “{label}”.",
            "{thing} と {other} のラベルがどちらも “{label}” です。",
        ),
        {
            "": Said(
                "Take one IRI where they are one thing; or else tell the labels apart, as in "
                "“Japan (territory)”.",
                "同じものなら IRI を一つにまとめ、別のものなら “Japan (territory)” のように"
                "ラベルで区別してください。",
            )
        },
    ),
    # Passages
    Code(
        "Q031",
        "impossible offsets",
        "violation",
        Said(
            "The position {focus} is from {start} to {end}, and holds no character.",
            "位置 {focus} は {start} から {end} までで、文字を一つも含みません。",
        ),
        {
            "": Said(
                "Count from 0: oa:start is the offset of the first character, oa:end that after "
                "the last one, and greater.",
                "0 から数え、oa:start には最初の文字の位置を、oa:end には最後の文字の次の位置を、"
                "それより大きい数で書いてください。",
            ),
            "swapped": Said(
                "Count both again, from 0; or where the two are only swapped, write oa:start {end} "
                "and oa:end {start}.",
                "二つを 0 から数え直すか、入れ替わっているだけなら oa:start {end}、"
                "oa:end {start} と書いてください。",
            ),
        },
    ),
    Code(
        "Q032",
        "passage outside its source",
        "violation",
        Said(
            "The position {focus} ends at {end}, and the text of {document} has {length} "
            "characters.",
            "位置 {focus} は {end} で終わりますが、{document} の本文は {length} 文字です。",
        ),
        {
            "": Said(
                "Count again in {file}: characters, not bytes, from 0.",
                "{file} で数え直してください。バイトではなく文字を、0 から数えます。",
            )
        },
    ),
    Code(
        "Q033",
        "quotation that is not there",
        "violation",
        Said(
            "{focus} quotes {value}, and at its offsets the text of {document} has {found}.",
            "{focus} の引用 {value} に対し、その位置の {document} の本文は {found} です。",
        ),
        {
            "": Said(
                "Correct oa:start and oa:end, or the quotation.",
                "oa:start と oa:end か、引用を直してください。",
            ),
            "elsewhere": Said(
                "The quotation stands at oa:start {start}, oa:end {end}.",
                "引用は oa:start {start}、oa:end {end} にあります。",
            ),
        },
    ),
    Code(
        "Q034",
        "offsets into an unknown text",
        "violation",
        Said(
            "{focus} has offsets, and {document} does not say over which text they count.",
            "{focus} には位置がありますが、{document} にはどの本文で数えたかの記述がありません。",
        ),
        {
            "": Said(
                "Add qkg:textSha256 to {document}; where the text was not read in full, write "
                "qkg:locator at the passage in place of the position.",
                "{document} に qkg:textSha256 を加えてください。本文を全部読んでいない場合は、"
                "位置の代わりに qkg:locator を書いてください。",
            )
        },
    ),
    Code(
        "Q035",
        "passage of another document",
        "violation",
        Said(
            "The claim is stated in {document}, and its passage is part of {other}.",
            "主張は {document} で述べられていますが、その箇所は {other} のものです。",
        ),
        {
            "": Said(
                "Name the same document with qkg:statedIn and oa:hasSource.",
                "qkg:statedIn と oa:hasSource で同じ文書を指してください。",
            )
        },
    ),
    # Claims
    Code(
        "Q041",
        "claim that repeats another",
        "violation",
        Said(
            "This claim states the same of the same passage as {other}.",
            "この主張は {other} と同じ箇所の同じ内容です。",
        ),
        {
            "": Said(
                "Delete one of the two files.",
                "二つのファイルのどちらかを削除してください。",
            )
        },
    ),
    Code(
        "Q042",
        "accepted claims that conflict",
        "warning",
        Said(
            "{property} of {focus} has one value at most, and is {value} here, but {others}.",
            "{focus} の {property} の値は一つに限られますが、ここでは {value}、{others} です。",
        ),
        {
            "": Said(
                "Mend one, or give it the status qkg:disputed and a reason.",
                "一方を直すか、状態を qkg:disputed とし理由を書いてください。",
            )
        },
    ),
    Code(
        "Q043",
        "claim without facts",
        "violation",
        Said(
            "This claim names a passage, and states nothing.",
            "この主張には箇所の記述だけがあり、内容がありません。",
        ),
        {
            "": Said(
                "State below it what the passage says, or delete the file.",
                "箇所が述べる内容を書き加えるか、ファイルを削除してください。",
            )
        },
    ),
    # Shapes
    Code(
        "Q051",
        "missing value",
        "violation",
        Said("{focus} has no {property}.", "{focus} に {property} がありません。"),
        _BY_SHAPE,
    ),
    Code(
        "Q052",
        "too many values",
        "violation",
        Said(
            "{focus} has too many values of {property}{values}.",
            "{focus} の {property} の値が多すぎます{values}。",
        ),
        _BY_SHAPE,
    ),
    Code(
        "Q053",
        "value of another class",
        "violation",
        Said(
            "{property} of {focus} is {value}, which is no {class_}{kinds}.",
            "{focus} の {property} の値 {value} は {class_} ではありません{kinds}。",
        ),
        _BY_SHAPE,
    ),
    Code(
        "Q054",
        "value of another kind",
        "violation",
        Said(
            "{property} of {focus} is {value}, {kind}.",
            "{focus} の {property} の値 {value} は{kind}です。",
        ),
        _BY_SHAPE,
    ),
    Code(
        "Q055",
        "value that is not allowed",
        "violation",
        Said(
            "{property} of {focus} is {value}, which is not allowed there.",
            "{focus} の {property} の値 {value} は、ここでは許されません。",
        ),
        _BY_SHAPE,
    ),
    Code(
        "Q056",
        "other duty",
        "violation",
        Said(
            "{focus} does not meet the duty “{duty_name}”{found}.",
            "{focus} は義務「{duty_name}」を満たしていません{found}。",
        ),
        _BY_SHAPE,
    ),
    # The ontology
    Code(
        "Q061",
        "contradiction",
        "violation",
        Said("{sentence}", "オントロジーに矛盾します: {sentence}"),
        {
            "": Said(
                "Correct the statement, or give the claim that is wrong the status qkg:disputed "
                "and a reason.",
                "この文を直すか、誤っている主張の状態を qkg:disputed とし理由を書いてください。",
            ),
            "others": Said(
                "Correct the statement, or the other side, which stands in {others}; a claim that "
                "is wrong can be given the status qkg:disputed and a reason.",
                "この文か、{others} にあるもう一方を直してください。誤っている主張は、状態を "
                "qkg:disputed とし理由を書くこともできます。",
            ),
        },
    ),
)

CODES: Mapping[str, Code] = {code.code: code for code in _TABLE}
"""Every kind of finding, by its code. Of two that tell the same slip, the first one tells it."""

FILE_CODES = ("Q001", "Q002", "Q003")
"""Those after which nothing else that a file says can be relied on."""

SHAPE_CODES = tuple(code for code in CODES if code.startswith("Q05"))
"""Those of the shapes."""


def selected(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """Return the codes that are looked for.

    Args:
        select: codes, or beginnings of codes such as ``Q05``; none at all: every one.
        ignore: codes, or beginnings of codes, to leave out of those.

    Raises:
        NameUnknown: no code is, or begins with, such a text; the error holds the closest ones.

    >>> sorted(selected(["Q00"], ["Q002"]))
    ['Q001', 'Q003']
    """

    def fitting(texts: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for text in texts:
            codes = {code for code in CODES if code.startswith(text.upper() or "-")}
            if not codes:
                raise NameUnknown("code of findings", text, CODES)
            found |= codes
        return found

    return frozenset((fitting(select) or CODES.keys()) - fitting(ignore))


def refuse_other_language(language: str) -> None:
    """Raise NameUnknown where sentences are not in a language."""
    if language not in Said._fields:
        raise NameUnknown("language", language, Said._fields)
