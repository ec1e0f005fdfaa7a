"""``python -m reference_model`` is the command line."""

import sys

from reference_model.cli import main

if __name__ == "__main__":  # worker processes import this file under another name
    sys.exit(main())
