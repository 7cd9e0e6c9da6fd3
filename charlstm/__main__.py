"""``python -m charlstm``: see `charlstm.cli.main`."""

import os
import sys

from charlstm.environment import PASSIVE_WAITING, with_defaults

if __name__ == "__main__":
    os.environ.update(with_defaults(**PASSIVE_WAITING))  # before torch is loaded
    from charlstm.cli.main import main

    sys.exit(main())
