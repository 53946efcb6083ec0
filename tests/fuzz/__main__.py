"""``python -m tests.fuzz [--count 2000] [--first 0]``: a line per defect, the counts at the end; exit 1 if there was one."""

from __future__ import annotations

import argparse
import resource
from collections import Counter

from tests.fuzz.run import outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0)
    options = parser.parse_args()
    results, longest, total, defects = Counter[str](), 0.0, 0.0, 0
    for outcome in outcomes(options.count, options.first):
        results[outcome.result] += 1
        longest, total = max(longest, outcome.seconds), total + outcome.seconds
        if outcome.defect or outcome.seconds > 10:
            print(outcome, flush=True)
        defects += bool(outcome.defect)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(dict(results.most_common()))
    print(f"{options.count} files, {total:.0f} s, the longest {longest:.1f} s, peak {peak} MiB, {defects} defects")
    return int(defects > 0)


if __name__ == "__main__":
    raise SystemExit(main())
