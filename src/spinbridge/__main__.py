"""`python -m spinbridge`: the command line where no script is on the path. Ours."""

import sys

from spinbridge.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
