"""``python -m broadsheet.command``: the same command without an installed script."""

import sys

from broadsheet.command import main

sys.exit(main())
