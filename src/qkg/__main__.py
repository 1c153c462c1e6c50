"""The process behind ``qkg`` and ``python -m qkg``."""

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process; see :func:`qkg.cli.main`."""
    # Nothing that a short process makes is garbage before its end; looking costs a tenth of it.
    gc.disable()
    try:
        from qkg import cli
    except KeyboardInterrupt:
        os._exit(130)
    cli.main()


if __name__ == "__main__":
    main()
