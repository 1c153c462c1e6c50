"""Files for the next document and its claims: all that a claim says about itself, but no fact.

Nothing here writes but :func:`write`; the others return the file that it would write.
"""

from qkg.scaffold.claims import new_claim
from qkg.scaffold.documents import new_document
from qkg.scaffold.drafts import Draft, write
from qkg.scaffold.sources import Position, Source, find_quote, read_source

__all__ = [
    "Draft",
    "Position",
    "Source",
    "find_quote",
    "new_claim",
    "new_document",
    "read_source",
    "write",
]
