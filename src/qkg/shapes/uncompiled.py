"""What is not compiled."""

__all__ = ["NotCompiled"]


class NotCompiled(Exception):
    """A shape, or a part of one, for which there is no query; pySHACL serves it.

    Args:
        reason: why, without a full stop.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
