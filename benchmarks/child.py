"""The process that `measured` starts: calls one function and prints what it returns as JSON."""

from __future__ import annotations

import json
import sys

from benchmarks.measured import called

if __name__ == "__main__":
    print(json.dumps(called(sys.argv[1], json.loads(sys.argv[2]))))
