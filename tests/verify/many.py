#!/usr/bin/python3
"""Both checkers over as many stores as wanted: see scripts/check-stores."""

import argparse
import pathlib
import shutil
import sys
import tempfile

import stores
from planted_bought import PLANTS

SEEDS_AT_ONCE = 25  # so that no more than their stores lie on the disk


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=100)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--transfers", type=int, default=40)
    parser.add_argument("--plant-every", type=int, default=10)
    return parser.parse_args()


def progress(done, of):
    if sys.stdout.isatty():
        print(f"\r\033[K  {done} of {of} stores", end="", flush=True)


def main():
    arguments = parse()
    seeds = -(-arguments.stores // 2)
    checked, planted = 0, 0
    wrong = []
    with tempfile.TemporaryDirectory(prefix="linkgate-stores-") as name:
        work = pathlib.Path(name)
        for at in range(0, seeds, SEEDS_AT_ONCE):
            count = min(SEEDS_AT_ONCE, seeds - at)
            folder = work / "made"
            folder.mkdir()
            made = stores.generate(folder, count, arguments.first + at, arguments.transfers)
            for told in stores.look_all(made):
                checked += 1
                progress(checked, 2 * seeds)
                wrong += [told] if told else []
            if at // SEEDS_AT_ONCE % arguments.plant_every == 0:
                done, missed, _ = stores.plant_all(made, work, arguments.first + at)
                planted += done
                wrong += missed
            shutil.rmtree(folder)
    progress(checked, checked)
    print(f"\n{checked} stores of {seeds} runs, checked by {' and '.join(stores.CHECKERS)}")
    print(f"{planted} planted violations of {len(PLANTS)} sorts; {len(wrong)} disagreements")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
