"""``python -m charlstm``: see `charlstm.cli.main`."""

import sys

from charlstm.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
