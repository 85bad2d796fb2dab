"""Whether the simulator bites: each planted bug, alone in a copy of the tree, must be found.

A tooth is tests/teeth/NAME.patch: a first line that says what bug it is, then a unified diff. Each is
applied to a copy, the simulator is built there, and runs seeds until one fails. The tree itself is
never changed. Run by `scripts/simulate --teeth`.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEETH = ROOT / "tests" / "teeth"
PROGRAM = "tests/test-sim_seeds"
SEEDS = 200
RUN_SECONDS = 900
BUILD_SECONDS = 600


class Tooth:
    """One planted bug."""

    def __init__(self, path):
        self.path = path
        self.name = path.stem
        self.text = path.read_text(encoding="utf-8")
        self.bug = self.text.split("\n", 1)[0]

    def files(self):
        return re.findall(r"^\+\+\+ b/(\S+)$", self.text, re.MULTILINE)

    def patch(self, tree, *options):
        """None, or what patch says of a bug that cannot be planted."""
        done = subprocess.run(
            ["patch", "-p1", "-F2", "--no-backup-if-mismatch", "-d", tree, *options],
            input=self.text,
            capture_output=True,
            text=True,
            check=False,
        )
        return None if done.returncode == 0 else done.stdout.strip() or done.stderr.strip()


def all_teeth():
    return [Tooth(path) for path in sorted(TEETH.glob("*.patch"))]


def left_out(folder, names):
    """What the program is not made of, and other builds."""
    place = pathlib.Path(folder).relative_to(ROOT).parts
    if place == ():
        return [n for n in names if n == ".git" or (n.startswith("build") and n != "build")]
    if place == ("build",):
        return [n for n in names if n in ("stages", "docs", "meson-logs")]
    if place == ("build", "tests"):
        own = PROGRAM.rsplit("/", 1)[1]
        return [n for n in names if n.startswith(("test-", "fuzz-")) and not n.startswith(own)]
    return []


def copy_tree(to):
    """With its times: what was built is still built."""
    shutil.copytree(ROOT, to, symlinks=True, ignore=left_out, dirs_exist_ok=True)


def build(tree):
    """None, or the first words of the compiler."""
    command = ["ninja", "-C", tree / "build", PROGRAM]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"not within {BUILD_SECONDS} s"
    if done.returncode == 0:
        return None
    errors = [line for line in done.stdout.split("\n") if "error" in line or "FAILED" in line]
    return "\n".join(errors[:5]) or done.stdout[-500:]


class Caught:
    """What the simulator said of one bug."""

    def __init__(self, tree, first, seeds):
        command = [tree / "build" / PROGRAM, "--seeds", str(seeds), "--from", str(first), "--first"]
        start = time.monotonic()
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=RUN_SECONDS
            )
            output, code = done.stdout, done.returncode
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"").decode(), -1
        self.seconds = time.monotonic() - start
        failed = re.search(r"^FAILED seed (\d+): (.*)$", output, re.MULTILINE)
        ran = len(re.findall(r"^seed \d+:", output, re.MULTILINE))
        self.seed = None
        self.law = ""
        if failed:
            self.seed, self.law = int(failed.group(1)), failed.group(2)
        elif code < 0:
            self.seed, self.law = first + ran, "the process ended by a signal"
        self.tried = seeds if self.seed is None else self.seed - first + 1


def mend(tooth, tree):
    """Puts back what the tooth changed, as something new to the build."""
    for name in tooth.files():
        shutil.copyfile(ROOT / name, tree / name)


def try_one(tooth, tree, options):
    """True if the bug was found; says so."""
    refused = tooth.patch(tree)
    if refused:
        print(f"{tooth.name:24} DOES NOT APPLY\n{refused}", flush=True)
        return False
    broken = build(tree)
    if broken:
        print(f"{tooth.name:24} DOES NOT BUILD\n{broken}", flush=True)
        return False
    caught = Caught(tree, options.first, options.seeds)
    seed = "MISSED" if caught.seed is None else caught.seed
    law = caught.law[:110]
    print(f"{tooth.name:24} {seed:>7} {caught.tried:>6} {caught.seconds:7.1f}  {law}", flush=True)
    return caught.seed is not None


def run(teeth, options):
    missed = []
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-teeth-"))
    try:
        copy_tree(scratch)
        print(f"{'tooth':24} {'seed':>7} {'tried':>6} {'seconds':>7}  what did not hold", flush=True)
        for tooth in teeth:
            if not try_one(tooth, scratch, options):
                missed.append(tooth.name)
            mend(tooth, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return missed


def turn(teeth, part):
    """The Nth of M parts, so that some days' runs together try all."""
    number, of = (int(word) for word in part.split("/"))
    return [tooth for i, tooth in enumerate(teeth) if i % of == number % of]


def read_options(arguments):
    parser = argparse.ArgumentParser(prog="scripts/simulate --teeth")
    parser.add_argument("--only", action="append", metavar="NAME", help="this tooth; repeatable")
    parser.add_argument("--part", metavar="N/M", help="the Nth of M parts of the teeth")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"at most so many ({SEEDS})")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first seed (1)")
    return parser.parse_args(arguments)


def main(arguments):
    options = read_options(arguments)
    teeth = all_teeth()
    unknown = set(options.only or []) - {tooth.name for tooth in teeth}
    if unknown:
        print("no tooth of that name:", *sorted(unknown), file=sys.stderr)
        print("there are:", *(tooth.name for tooth in teeth), file=sys.stderr)
        return 2
    if options.only:
        teeth = [tooth for tooth in teeth if tooth.name in options.only]
    if options.part:
        teeth = turn(teeth, options.part)
    os.environ.pop("LINKGATE_SIM_SEEDS", None)
    missed = run(teeth, options)
    print(f"{len(teeth) - len(missed)} of {len(teeth)} caught")
    if missed:
        print("not caught:", *missed)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
