"""``python -m charlstm``: see `charlstm.cli.main`."""

import os
import sys

from charlstm.environment import PASSIVE_WAITING, with_defaults
from charlstm.folders import library_folders

if __name__ == "__main__":
    # Before torch and the other libraries are loaded, which read them.
    os.environ.update(with_defaults(**PASSIVE_WAITING) | library_folders())
    from charlstm.cli.main import main

    sys.exit(main())
