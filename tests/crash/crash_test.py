"""What scripts/crash-test runs: rounds of each kind, and a figure of each at the end."""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback

sys.path.append(str(pathlib.Path(__file__).parents[1] / "e2e"))
# pylint: disable=wrong-import-position
import shutdown  # noqa: E402
from day import Wrong  # noqa: E402
from error import BUILD, Errors  # noqa: E402
from kill import Kills  # noqa: E402
from shutdown import Shutdowns  # noqa: E402

WORDS = {
    "a": "killed at a system call",
    "b": "power lost, on a modelled disk",
    "c": "file system shut down",
    "d": "write or sync failed",
}
ROUNDS = 20
STATES = 25  # of kind b, for a round
VERDICTS = ("lost", "doubled", "corrupt")
COLUMNS = ("points", "tried", "struck", *VERDICTS)


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def complain(kind, seed, told, fault):
    progress("")
    what = fault if isinstance(fault, Wrong) else "".join(traceback.format_exception(fault))
    print(f"kind {kind}, seed {seed}: {told}: {what}", file=sys.stderr)


def run_rounds(kind, rounds, seed, figure):
    """Rounds with real processes. A round that goes wrong is counted; the next has a new store."""
    maker = {"a": Kills, "c": Shutdowns, "d": Errors}[kind](random.Random(f"{kind} {seed}"))
    maker.told = "the day that is measured"
    try:
        with counted(kind, seed, maker, figure):
            rounds = maker.plan(rounds)
            figure["points"] = maker.walk.points if maker.walk else 0
            for number in range(rounds):
                progress(f"  {kind}: {WORDS[kind]}: {number} of {rounds}")
                maker.told = "start"
                figure["tried"] += 1
                with counted(kind, seed, maker, figure):
                    maker.round()
                figure["struck"] = maker.struck
    finally:
        close(maker)


@contextlib.contextmanager
def counted(kind, seed, maker, figure):
    try:
        yield
    except (Wrong, AssertionError, OSError, subprocess.SubprocessError) as fault:
        complain(kind, seed, maker.told, fault)
        figure[getattr(fault, "what", "corrupt")] += 1
        close(maker)


def close(maker):
    try:
        maker.close()
    except AssertionError as fault:
        print(fault, file=sys.stderr)
        maker.place = None


def run_states(rounds, seed, figure):
    words = [BUILD / "tests/test-crash_power", "--json", "--states", (rounds or ROUNDS) * STATES, "--seed", seed]
    child = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE, text=True)
    try:
        out, _ = child.communicate()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    told = json.loads(out) if out else {"tried": 0, "corrupt": 1, "lost": 0, "doubled": 0}
    figure.update({name: told[name] for name in ("tried", *VERDICTS)})
    figure["struck"] = told["tried"]
    if child.returncode != 0 and not any(figure[name] for name in VERDICTS):
        figure["corrupt"] += 1


def why_not(kind):
    if kind == "c":
        return shutdown.may_run()
    if kind == "a" and not shutil.which("strace"):
        return "there is no strace"
    return None


def run_kind(kind, rounds, seed, figures):
    """Adds the kind's figure, which is right as far as it goes if we are interrupted."""
    figure = dict.fromkeys((*COLUMNS, "seconds"), 0)
    figure["kind"] = kind
    figure["skipped"] = why_not(kind)
    figures.append(figure)
    if figure["skipped"]:
        return
    start = time.monotonic()
    try:
        if kind == "b":
            run_states(rounds, seed, figure)
        else:
            run_rounds(kind, rounds, seed, figure)
    finally:
        figure["seconds"] = round(time.monotonic() - start)


def tell(figures, as_json):
    progress("")
    if as_json:
        print(json.dumps(figures))
    else:
        show(figures)


def show(figures):
    print(f"{'kind':<36}" + "".join(f"{name:>9}" for name in (*COLUMNS, "seconds")))
    for figure in figures:
        name = f"{figure['kind']}  {WORDS[figure['kind']]}"
        if figure["skipped"]:
            print(f"{name:<36}  not run: {figure['skipped']}")
        else:
            cells = (figure[column] for column in (*COLUMNS, "seconds"))
            print(f"{name:<36}" + "".join(f"{cell:>9}" for cell in cells))


def arguments():
    parser = argparse.ArgumentParser(prog="crash-test")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--every", dest="rounds", action="store_const", const=None)
    parser.add_argument("--kind", action="append", choices=sorted(WORDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    asked = arguments()
    kinds = asked.kind or sorted(WORDS)
    if "c" in kinds and not shutdown.may_run():
        shutdown.enter_namespace()
    # Everything is put away on the way out, whoever ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    figures = []
    try:
        for kind in kinds:
            run_kind(kind, asked.rounds, asked.seed, figures)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        tell(figures, asked.json)
    return 1 if any(figure[name] for figure in figures for name in VERDICTS) else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
