"""A group of verbs whose modules are imported when a verb is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from qkg.errors import NameUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Verbs"]


class Verbs(click.Group):
    """A group that imports a verb on its first use, and answers an unknown one with the closest.

    Args:
        args: as a group takes them.
        modules: the verbs that are not imported yet, with the module of this package that each is
            an attribute of; it may be empty.
        kwargs: as a group takes them.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._modules = dict(modules or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all verbs, imported or not, sorted."""
        return sorted({*self.commands, *self._modules})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb of a name, or None where there is none."""
        if cmd_name not in self.commands and cmd_name in self._modules:
            module = import_module(f"qkg.cli.{self._modules[cmd_name]}")
            self.add_command(getattr(module, cmd_name), cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that the arguments begin with, as a group does.

        Raises:
            NameUnknown: there is none.
        """
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise NameUnknown("verb", args[0], known)
        return super().resolve_command(ctx, args)
