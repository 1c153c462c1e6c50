"""The process behind ``qkg`` and ``python -m qkg``."""

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process; see :func:`qkg.cli.main`."""
    # Nothing that a short process makes is garbage before its end; looking costs a tenth of it.
    gc.disable()
    from qkg import cli

    cli.main()


if __name__ == "__main__":
    main()
