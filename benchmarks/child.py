"""The process that `measured` starts: calls one function and prints what it returns as JSON."""

from __future__ import annotations

import gc
import json
import sys

from benchmarks.measured import called
from depthsim.cli._entry import YOUNG

if __name__ == "__main__":
    gc.set_threshold(YOUNG, 20, 20)  # as the command does
    print(json.dumps(called(sys.argv[1], json.loads(sys.argv[2]))))
