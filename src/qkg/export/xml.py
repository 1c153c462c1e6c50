"""What the formats that are written in XML have in common."""

import re

__all__ = ["NOT_XML"]

NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""A character that no document of XML 1.0 can hold (section 2.2), however it is escaped."""
