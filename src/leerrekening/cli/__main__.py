"""`python -m leerrekening.cli`, which is what `./llr` becomes inside its environment."""

import sys

from leerrekening.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
