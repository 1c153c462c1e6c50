"""A corpus in the project's own model, of any size: what the benchmarks measure with.

Run: ``python benchmarks/corpus.py SIZE [SEED] [--quads]``; it prints N-Triples, or N-Quads.

The corpus is a row of made-up articles. Each has what the shipped article has, in about the same
numbers: a document, some 25 claims with their passages, and the agreement, cooperation, events,
project, award and assessments that they speak of, with new concepts and actors beside those of
earlier articles. A smaller corpus is the beginning of a larger one of the same seed. No triple
comes twice. What follows grows as what is given does: no path that a rule follows gets longer, or
branches more, as the corpus grows.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from qkg.namespaces import DATA, PREFIXES

__all__ = ["Statement", "claim", "lines", "statements", "write"]

Fact: TypeAlias = tuple[str, str, str]
"""Subject and predicate as CURIEs, and the object as a CURIE or a literal of N-Triples."""

_STATES = 40
_BLOCK = 1 << 14
_EURO = "http://publications.europa.eu/resource/authority/currency/EUR"
_QUALITIES = ("historic", "critical", "pioneering", "strategic", "primary", "groundbreaking")
_SECTIONS = ("Head", "Partnership Details", "Project Launch", "Technology Ecosystem", "Timeline")
_INSTRUMENTS = (
    "qkg:LetterOfIntent",
    "qkg:MemorandumOfCooperation",
    "qkg:MemorandumOfUnderstanding",
    "qkg:JointStatement",
    "qkg:PartnershipFramework",
    "qkg:Treaty",
)
_SCHEMES = {
    "application-area": "qkg:ApplicationArea",
    "capability": "qkg:Capability",
    "cooperation-field": "qkg:CooperationField",
    "measure": "qkg:Measure",
    "policy-objective": "qkg:PolicyObjective",
    "project-form": "qkg:ProjectForm",
    "proposition": "qkg:Proposition",
    "research-activity": "qkg:ResearchActivity",
    "technology-area": "qkg:TechnologyArea",
}
_NEW = ("application-area", "measure", "policy-objective", "research-activity", "technology-area")
_DEEPEST = 4


class Statement(NamedTuple):
    """One triple of one file, its terms as N-Triples writes them.

    Attributes:
        subject: an IRI.
        predicate: an IRI.
        object: an IRI or a literal.
        graph: the named graph that the file is.
        held: whether the default graph takes it over; what a disputed claim states, it does not.
    """

    subject: str
    predicate: str
    object: str
    graph: str
    held: bool


def statements(seed: int = 0) -> Iterator[Statement]:
    """Yield the statements of a corpus without end.

    Args:
        seed: what the choices come from; the same seed makes the same corpus.
    """
    corpus = _Corpus(random.Random(seed))
    yield from corpus.common()
    number = 0
    while True:
        number += 1
        yield from corpus.article(number)


def lines(size: int, seed: int = 0, *, quads: bool = False) -> Iterator[str]:
    """Yield a corpus line by line.

    Args:
        size: how many statements.
        seed: as in :func:`statements`.
        quads: N-Quads, each file as a named graph, disputed claims included; otherwise N-Triples,
            the default graph as far as it is asserted.
    """
    found = statements(seed)
    if quads:
        for s, p, o, graph, _ in islice(found, size):
            yield f"{s} {p} {o} {graph} .\n"
    else:
        for s, p, o, _, _ in islice((each for each in found if each.held), size):
            yield f"{s} {p} {o} .\n"


def claim(number: int) -> Iterator[str]:
    """Yield one more claim, as 30 lines of N-Triples: three states signed a further agreement.

    Args:
        number: which; the agreement is one of the cooperation that has this number, so that the
            corpus, if it is large enough to have it, and the claim yield more together.
    """
    graph, agreement = f"data:further/claim-{number}", f"id:further-agreement-{number}"
    document, cooperation = f"document:article-{number}", f"id:cooperation-{number}"
    facts = [
        *_about(graph, f"Further agreement {number} was signed", "asserted", document, number),
        *_position(graph, 0, 100),
        *_entity(agreement, "Agreement", f"Further agreement {number}"),
        (agreement, "qkg:formalises", cooperation),
    ]
    for i in range(3):
        signature, party = f"{agreement}-signature-{i}", f"id:state-{(number + i) % _STATES}"
        facts += _entity(signature, "Signature", f"Signature {i} on further agreement {number}")
        facts += [
            (signature, "qkg:onBehalfOf", party),
            (signature, "qkg:signatureOn", agreement),
        ]
    for s, p, o, _, _ in _file(graph[5:], facts):
        yield f"{s} {p} {o} .\n"


def write(path: Path, size: int, seed: int = 0, *, quads: bool = False) -> None:
    """Write a corpus into a file; see :func:`lines`."""
    found = lines(size, seed, quads=quads)
    with path.open("w", encoding="utf-8") as file:
        while block := "".join(islice(found, _BLOCK)):
            file.write(block)


class _Corpus:
    """The articles, and what later ones may speak of again.

    Args:
        choice: where chance comes from.
    """

    def __init__(self, choice: random.Random) -> None:
        self._choice = choice
        self._concepts = dict.fromkeys(_SCHEMES, 0)
        self._depths: dict[str, int] = {}
        self._organizations = 0
        self._programmes = 0
        self._posts = 0

    def common(self) -> Iterator[Statement]:
        """Yield the states and what else every article counts on."""
        facts = [(_EURO, "a", "qkg:Currency"), (_EURO, "rdfs:label", _text("euro"))]
        facts += _entity("id:european-union", "SupranationalUnion", "European Union")
        for i in range(_STATES):
            facts += _entity(f"id:state-{i}", "State", f"State {i}")
            facts.append((f"id:state-{i}", "qkg:hasTerritory", f"id:territory-{i}"))
            facts += _entity(f"id:territory-{i}", "Place", f"State {i} (territory)")
        yield from _file("entities/common", facts)
        facts = []
        for scheme in _SCHEMES:
            facts += [
                (f"concept:{scheme}s", "a", "skos:ConceptScheme"),
                (f"concept:{scheme}s", "skos:prefLabel", _text(f"{scheme}s")),
            ]
            facts += self._concept(scheme)
        yield from _file("concepts/common", facts)

    def article(self, n: int) -> Iterator[Statement]:
        """Yield an article: its document, the things and concepts that are new, and its claims."""
        document, choice = f"document:article-{n}", self._choice
        references = [f"document:article-{n}/reference/{i}" for i in range(1, 5)]
        yield from _file(f"article-{n}/document", self._document(n, document, references))
        things: list[Fact] = []
        for scheme in choice.sample(_NEW, 3):
            yield from _file(f"concepts/article-{n}-{scheme}", self._concept(scheme))
        claims = [
            *self._agreement(n, things),
            *self._council(n, things),
            *self._money(n, things),
            *self._project(n, things),
            *self._thought(n, document, things),
        ]
        if n % 3 == 0:
            claims += self._cable(n, things)
        claims += self._praise(n, document, things)
        for kind in ("actors", "things"):
            yield from _file(
                f"entities/article-{n}-{kind}",
                [fact for fact in things if (fact[0][3:9] in _ACTORS) == (kind == "actors")],
            )
        start = 0
        for i, (manner, facts) in enumerate(claims):
            graph, end = f"data:article-{n}/claim-{i}", start + choice.randrange(60, 260)
            accepted = choice.random() >= 0.02
            own = self._claim(graph, n, i, manner, document, references, accepted)
            own += _position(graph, start, end)
            yield from _file(graph[5:], own)
            yield from _file(graph[5:], facts, held=accepted)
            start = end + 1

    # What an article is made of; each of what follows yields claims, as manner and facts, and adds
    # to the things what the files of entities say of them.

    def _document(self, n: int, document: str, references: list[str]) -> list[Fact]:
        date = self._date(n)
        facts: list[Fact] = [
            (document, "a", "qkg:NewsItem"),
            (document, "qkg:datelineDate", date),
            (document, "qkg:datelinePlace", f"id:territory-{self._state()}"),
            (document, "qkg:datelineWeekday", '"Tuesday"'),
            (document, "qkg:furnitureLanguage", '"nl"'),
            (document, "qkg:sourceListLength", _integer(0)),
            (document, "qkg:textSha256", f'"{self._choice.getrandbits(256):064x}"'),
            (document, "qkg:titleOccurrences", _integer(2)),
            (document, "rdfs:label", _text(f"States formalise partnership {n}")),
            (document, "schema:articleSection", '"semicon"'),
            (document, "schema:datePublished", date),
            (document, "schema:headline", _text(f"States formalise a partnership, number {n}")),
            (document, "schema:inLanguage", '"en"'),
            (document, "schema:url", _typed(f"https://example.org/article/{n}", "anyURI")),
        ]
        for i, reference in enumerate(references, 1):
            facts += [
                (reference, "a", "qkg:UnresolvedReference"),
                (reference, "qkg:marker", f'"[{i}]"'),
                (reference, "rdfs:label", _text(f"Reference [{i}] of article {n}")),
            ]
        return facts

    def _claim(
        self,
        graph: str,
        n: int,
        i: int,
        manner: str,
        document: str,
        references: list[str],
        accepted: bool,
    ) -> list[Fact]:
        choice, passage = self._choice, f"{graph}#passage"
        label = f"Article {n} states in its sentence {i} what it states"
        facts = _about(graph, label, manner, document, i + 1, choice.choice(_SECTIONS), accepted)
        if not accepted:
            facts.append((graph, "qkg:disputeReason", _text("Another article has it otherwise.")))
        for reference in choice.sample(references, choice.choice((0, 1, 1, 1, 2))):
            facts.append((passage, "qkg:citesReference", reference))
        return facts

    def _agreement(self, n: int, things: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
        choice = self._choice
        agreement, cooperation = f"id:agreement-{n}", f"id:cooperation-{n}"
        things += _entity(agreement, "Agreement", f"Agreement {n}")
        things += _entity(cooperation, "Cooperation", f"Cooperation {n}")
        parties = self._parties(choice.choice((2, 2, 2, 3, 4)))
        facts: list[Fact] = [
            (agreement, "qkg:hasPurpose", self._some("policy-objective")),
            *self._several(agreement, "qkg:hasFocusArea", "technology-area", 3),
        ]
        for party in parties:
            signature = f"{agreement}-signature-{party[3:]}"
            things += _entity(signature, "Signature", f"Signature of {party[3:]}, agreement {n}")
            facts += [
                (signature, "qkg:onBehalfOf", party),
                (signature, "qkg:signatureOn", agreement),
            ]
        yield "asserted", facts
        facts = []
        for i in range(choice.randrange(3, 7)):
            provision = f"{agreement}-provision-{i}"
            things += _entity(provision, "Provision", f"Provision {i} of agreement {n}")
            kind = choice.choice(("FrameworkProvision", "SafeguardProvision"))
            facts += [
                (provision, "a", f"qkg:{kind}"),
                (provision, "qkg:measure", self._some("measure")),
                (provision, "qkg:provisionOf", agreement),
            ]
        yield "asserted", facts
        yield "asserted", self._formalisation(n, parties, things)
        facts = [(cooperation, "qkg:hasTechnologyArea", self._some("technology-area"))]
        if choice.random() < 0.7:
            facts += [(cooperation, "qkg:formalisedBy", party) for party in parties]
        yield "asserted", facts
        basis = [(cooperation, "qkg:establishedOn", self._date(n))]
        if n > 1:
            earlier = f"id:cooperation-{choice.randrange(max(1, n - 50), n)}"
            basis.append((cooperation, "qkg:buildsUpon", earlier))
        yield "asserted", basis

    def _formalisation(self, n: int, parties: list[str], things: list[Fact]) -> list[Fact]:
        event, agreement = f"id:formalisation-{n}", f"id:agreement-{n}"
        things += _entity(event, "Event", f"Formalisation of cooperation {n}")
        kind = self._choice.choice(("FormalisationEvent", "FormalisationEvent", "SigningEvent"))
        facts: list[Fact] = [
            (agreement, "a", self._choice.choice(_INSTRUMENTS)),
            (agreement, "qkg:formalises", f"id:cooperation-{n}"),
            (event, "a", f"qkg:{kind}"),
            (event, "qkg:occurredIn", f"id:territory-{self._state()}"),
            (event, "qkg:occurredOn", self._date(n)),
            (event, "qkg:throughInstrument", agreement),
        ]
        for i, party in enumerate(parties[:2]):
            person = f"id:person-{n}-{i}"
            things += _entity(person, "Person", f"Person {i} of article {n}")
            if self._posts < 2 or self._choice.random() < 0.5:
                post = f"id:post-{self._posts}"
                things += _entity(post, "Post", f"Minister {self._posts}")
                facts.append((post, "qkg:postIn", party))
                self._posts += 1
            else:
                post = f"id:post-{self._recent(self._posts)}"
            tenure = f"{person}-tenure"
            things += _entity(tenure, "Tenure", f"Person {i} of article {n} in {post[3:]}")
            facts += [
                (event, "qkg:hasParticipant", person),
                (tenure, "qkg:attestedAt", event),
                (tenure, "qkg:holder", person),
                (tenure, "qkg:inPost", post),
            ]
        return facts

    def _council(self, n: int, things: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
        council, state = f"id:council-{n}", f"id:council-{n}-scheduled"
        series = f"id:council-series-{(n - 1) // 8}"
        if n % 8 == 1:
            things += _entity(series, "EventSeries", f"Council meetings {(n - 1) // 8}")
        things += _entity(council, "Event", f"Council meeting {n}")
        things += _entity(state, "EventState", f"Council meeting {n}, scheduled")
        chairing = f"{council}-chairing"
        things += _entity(chairing, "Chairing", f"Chairing of council meeting {n}")
        reviewed = f"id:cooperation-{self._choice.randrange(max(1, n - 50), n + 1)}"
        yield (
            "planned",
            [
                (council, "a", self._choice.choice(("qkg:CouncilMeeting", "qkg:Summit"))),
                (council, "qkg:inSeries", series),
                (council, "qkg:ordinal", _integer((n - 1) % 8 + 1)),
                (council, "qkg:plannedToReview", reviewed),
                (council, "qkg:scheduledIn", f"id:territory-{self._state()}"),
                (council, "qkg:scheduledOn", _typed(f"{2026 + n % 9}", "gYear")),
                (state, "qkg:asOf", self._date(n)),
                (state, "qkg:eventStatus", "qkg:scheduled"),
                (state, "qkg:stateOf", council),
                (chairing, "qkg:chairedEvent", council),
                (chairing, "qkg:chair", f"id:person-{n}-0"),
            ],
        )

    def _money(self, n: int, things: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
        choice, project, award = self._choice, f"id:project-{n}", f"id:award-{n}"
        amount, million = f"id:amount-{n}", choice.randrange(1, 90)
        channels: list[Fact] = []
        if n % 2:
            programme = f"id:programme-{self._programmes}"
            things += _entity(programme, "FundingProgramme", f"Programme {self._programmes}")
            channels += [
                (programme, "a", "qkg:ResearchProgramme"),
                (programme, "qkg:programmeOf", self._parties(1)[0]),
            ]
            self._programmes += 1
        through = {f"id:programme-{self._recent(self._programmes)}" for _ in range(2)}
        channels += [(f"id:cooperation-{n}", "qkg:fundedThrough", each) for each in sorted(through)]
        count = _integer(len(through))
        channels.append((f"id:cooperation-{n}", "qkg:reportedFundingChannelCount", count))
        yield "asserted", channels
        things += _entity(award, "FundingAward", f"Award to project {n}")
        things += _entity(amount, "MonetaryAmount", f"{million} million euro, award {n}")
        things += _entity(project, "Project", f"Project {n}")
        facts: list[Fact] = [
            (amount, "qkg:currency", _EURO),
            (amount, "qkg:roundedTo", _typed("1000000.0", "decimal")),
            (amount, "qkg:value", _typed(f"{million}000000.0", "decimal")),
            (project, "qkg:initiativeUnder", f"id:cooperation-{n}"),
            (award, "qkg:amount", amount),
            (award, "qkg:awardedTo", project),
        ]
        if choice.random() < 0.5:
            facts.append((award, "qkg:ultimateFunder", self._parties(1)[0]))
        else:
            call, authority = f"id:call-{n}", f"id:authority-{n}"
            things += _entity(call, "Call", f"Call {n}")
            things += _entity(authority, "GovernmentBody", f"Funding agency {n}")
            facts += [
                (award, "qkg:inCall", call),
                (award, "qkg:grantingAuthority", authority),
                (call, "qkg:callOf", f"id:programme-{self._recent(self._programmes)}"),
            ]
        yield "asserted", facts

    def _project(self, n: int, things: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
        choice, project, consortium = self._choice, f"id:project-{n}", f"id:consortium-{n}"
        things += _entity(consortium, "Consortium", f"Consortium of project {n}")
        partners: set[str] = set()
        for _ in range(choice.randrange(2, 6)):
            if self._organizations < 5 or choice.random() < 0.4:
                partner = f"id:organization-{self._organizations}"
                label = f"Institute {self._organizations}"
                things += _entity(partner, "Organization", label)
                self._organizations += 1
            else:
                partner = f"id:organization-{self._recent(self._organizations)}"
            partners.add(partner)
        facts: list[Fact] = [
            (project, "qkg:hasConsortium", consortium),
            (project, "qkg:hasNature", self._some("project-form")),
            (project, "qkg:firstOutcomeOf", f"id:agreement-{n}"),
            *self._several(project, "qkg:hasFocusArea", "research-activity", 3),
            (consortium, "qkg:reportedPartnerCount", _integer(len(partners))),
        ]
        origins = {f"id:territory-{self._state()}" for _ in range(2)}
        facts += [(consortium, "qkg:hasPartnerOrigin", each) for each in sorted(origins)]
        for partner in sorted(partners):
            node = f"{project}-participation-{partner[3:]}"
            things += _entity(node, "Participation", f"{partner[3:]} in project {n}")
            facts += [
                (node, "qkg:participant", partner),
                (node, "qkg:participationIn", project),
            ]
        yield "asserted", facts
        launch = f"id:launch-{n}"
        things += _entity(launch, "Event", f"Launch of project {n}")
        yield "asserted", [(project, "qkg:hasLaunch", launch)]
        technique, applications = f"{project}-technique", f"{project}-applications"
        things += _entity(applications, "ApplicationList", f"Applications of project {n}")
        things += _entity(technique, "TechniqueApplication", f"Technique of project {n}")
        yield (
            "asserted",
            [
                *self._several(project, "qkg:hasApplicationArea", "application-area", 2),
                (technique, "qkg:application", self._some("application-area")),
                (technique, "qkg:technique", self._some("technology-area")),
                (technique, "qkg:usedInProject", project),
                (applications, "qkg:listOf", project),
                *self._several(applications, "qkg:listedArea", "application-area", 2),
            ],
        )

    def _cable(self, n: int, things: list[Fact]) -> Iterator[tuple[str, list[Fact]]]:
        cable, ends = f"id:cable-{n}", self._choice.sample(range(_STATES), 3)
        things += _entity(cable, "DigitalInfrastructure", f"Cable {n}")
        yield (
            "asserted",
            [
                (cable, "a", "qkg:SubmarineCable"),
                (cable, "qkg:hasEndpoint", f"id:territory-{ends[0]}"),
                (cable, "qkg:hasEndpoint", f"id:territory-{ends[1]}"),
                (cable, "qkg:routedVia", f"id:territory-{ends[2]}"),
                (f"id:cooperation-{n}", "qkg:coversField", self._some("cooperation-field")),
                (f"id:cooperation-{n}", "qkg:coversInfrastructure", cable),
                (f"id:cooperation-{n}", "qkg:extendsBeyond", self._some("technology-area")),
            ],
        )
        yield "asserted", self._several(cable, "qkg:hasPurpose", "policy-objective", 2)

    def _thought(
        self, n: int, document: str, things: list[Fact]
    ) -> Iterator[tuple[str, list[Fact]]]:
        forecast, low = f"id:forecast-{n}", self._choice.randrange(1, 10)
        things += _entity(forecast, "Assessment", f"Forecast {n}")
        yield (
            "hedged",
            [
                (forecast, "a", "qkg:Forecast"),
                (forecast, "qkg:assessorAsReported", '"experts, more than one, not named"'),
                (forecast, "qkg:maxHorizon", _typed(f"P{low + 10}Y", "duration")),
                (forecast, "qkg:minHorizon", _typed(f"P{low}Y", "duration")),
                (forecast, "qkg:modality", "qkg:possible"),
                (forecast, "qkg:proposition", self._some("proposition")),
            ],
        )
        yield "evaluated", [(forecast, "qkg:underscoresUrgencyOf", f"id:cooperation-{n}")]
        facts: list[Fact] = []
        for i in range(2):
            node = f"id:interpretation-{n}-{i}"
            things += _entity(node, "Assessment", f"Interpretation {i} of article {n}")
            facts += [
                (node, "a", "qkg:Interpretation"),
                (node, "qkg:assessedBy", document),
                (node, "qkg:interprets", f"id:council-{n}"),
                (node, "qkg:takenToShowCommitmentTo", self._some("policy-objective")),
            ]
        yield "evaluated", facts

    def _praise(
        self, n: int, document: str, things: list[Fact]
    ) -> Iterator[tuple[str, list[Fact]]]:
        choice = self._choice
        for i in range(choice.randrange(8, 13)):
            node = f"id:characterisation-{n}-{i}"
            things += _entity(node, "Assessment", f"Characterisation {i} of article {n}")
            facts: list[Fact] = [
                (node, "a", "qkg:Characterisation"),
                (node, "qkg:assessedBy", document),
                (node, "qkg:characterisedAs", _text(choice.choice(_QUALITIES))),
            ]
            targets = set()
            for _ in range(choice.choice((1, 1, 2))):
                kind = choice.choice(("agreement", "cooperation", "project"))
                targets.add(f"id:{kind}-{choice.randrange(max(1, n - 50), n + 1)}")
            facts += [(node, "qkg:characterises", target) for target in sorted(targets)]
            if i % 3 == 0:
                facts.append((node, "qkg:inContextOf", f"id:cooperation-{n}"))
            yield "evaluated", facts

    # Choices

    def _concept(self, scheme: str) -> list[Fact]:
        """Return a new concept, under one of the last twenty where that is not too deep."""
        number = self._concepts[scheme]
        self._concepts[scheme] += 1
        name = f"concept:{scheme}-{number}"
        facts: list[Fact] = [
            (name, "a", _SCHEMES[scheme]),
            (name, "skos:inScheme", f"concept:{scheme}s"),
            (name, "skos:prefLabel", _text(f"{scheme} {number}")),
        ]
        self._depths[name] = 0
        if number:
            above = f"concept:{scheme}-{self._choice.randrange(max(0, number - 20), number)}"
            if self._depths[above] < _DEEPEST:
                self._depths[name] = self._depths[above] + 1
                facts.append((name, "skos:broader", above))
        return facts

    def _some(self, scheme: str) -> str:
        return f"concept:{scheme}-{self._choice.randrange(self._concepts[scheme])}"

    def _several(self, subject: str, predicate: str, scheme: str, count: int) -> list[Fact]:
        found = {self._some(scheme) for _ in range(count)}
        return [(subject, predicate, each) for each in sorted(found)]

    def _parties(self, count: int) -> list[str]:
        """Return states, the first ones more often, with the union among them every fifth time."""
        found = {f"id:state-{self._state()}": None for _ in range(count)}
        if self._choice.random() < 0.2:
            return ["id:european-union", *found][:count]
        return list(found)

    def _state(self) -> int:
        return int(_STATES * self._choice.random() ** 2)

    def _recent(self, count: int) -> int:
        """Return a number below `count`, one of the last 40."""
        return self._choice.randrange(max(0, count - 40), count)

    def _date(self, n: int) -> str:
        year, month, day = 2000 + n % 26, self._choice.randrange(1, 13), self._choice.randrange(28)
        if n % 5 == 0:
            return _typed(f"{year}-{month:02}", "gYearMonth")
        return _typed(f"{year}-{month:02}-{day + 1:02}", "date")


def _about(
    graph: str,
    label: str,
    manner: str,
    document: str,
    sentence: int,
    section: str = "Head",
    accepted: bool = True,
) -> list[Fact]:
    """Return what every claim file says of itself, but for the position of its passage."""
    passage = f"{graph}#passage"
    kind = "heading" if sentence % 6 == 0 else "bodyText"
    return [
        (graph, "a", "qkg:Claim"),
        (graph, "qkg:manner", f"qkg:{manner}"),
        (graph, "qkg:passage", passage),
        (graph, "qkg:statedIn", document),
        (graph, "qkg:status", "qkg:accepted" if accepted else "qkg:disputed"),
        (graph, "rdfs:label", _text(label)),
        (passage, "a", "qkg:Passage"),
        (passage, "oa:hasSelector", f"{graph}#position"),
        (passage, "oa:hasSource", document),
        (passage, "qkg:evidenceKind", f"qkg:{kind}"),
        (passage, "qkg:section", f'"{section}"'),
        (passage, "qkg:sentence", _integer(sentence)),
    ]


def _position(graph: str, start: int, end: int) -> list[Fact]:
    return [
        (f"{graph}#position", "a", "oa:TextPositionSelector"),
        (f"{graph}#position", "oa:end", _integer(end)),
        (f"{graph}#position", "oa:start", _integer(start)),
    ]


_ACTORS = ("person", "organi", "consor", "author")


def _entity(name: str, kind: str, label: str) -> list[Fact]:
    return [(name, "a", f"qkg:{kind}"), (name, "rdfs:label", _text(label))]


def _file(path: str, facts: Iterable[Fact], *, held: bool = True) -> Iterator[Statement]:
    graph = f"<{DATA}{path}>"
    for subject, predicate, object_ in facts:
        value = object_ if object_[0] == '"' else _iri(object_)
        yield Statement(_iri(subject), _iri(predicate), value, graph, held)


@lru_cache(maxsize=4096)
def _iri(name: str) -> str:
    if name == "a":
        return f"<{PREFIXES['rdf']}type>"
    prefix, _, rest = name.partition(":")
    return f"<{PREFIXES[prefix]}{rest}>" if prefix in PREFIXES else f"<{name}>"


def _text(text: str) -> str:
    return f'"{text}"@en'


def _typed(value: str, datatype: str) -> str:
    return f'"{value}"^^<{PREFIXES["xsd"]}{datatype}>'


def _integer(number: int) -> str:
    return _typed(str(number), "integer")


def main() -> None:
    """Print a corpus."""
    parser = argparse.ArgumentParser(description="Print a corpus in the project's own model.")
    parser.add_argument("size", type=int, help="how many statements")
    parser.add_argument("seed", type=int, nargs="?", default=0, help="default: 0")
    parser.add_argument("--quads", action="store_true", help="N-Quads in place of N-Triples")
    asked = parser.parse_args()
    sys.stdout.writelines(lines(asked.size, asked.seed, quads=asked.quads))


if __name__ == "__main__":
    main()
