"""Stores that the simulator made, and what the two checkers say of them.

The first checker is `linkgatectl verify`, the second one checker.py. Of a store that is right both
say nothing; of one with a planted violation both name its law.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess

import lmdb

from checker import check_store
from planted import Edit
from planted_bought import PLANTS

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
SIMULATOR = BUILD / "tests/test-sim_seeds"
TOOL = BUILD / "src/linkgatectl"
PATIENCE_S = 120

Verdict = collections.namedtuple("Verdict", "laws text")


def generate(folder, seeds, first=1, transfers=60):
    """Runs the simulator; the folders of two stores for each seed: in its middle, unless
    nothing was flushed until then, and at its end."""
    command = [SIMULATOR, "--seeds", seeds, "--from", first, "--transfers", transfers]
    subprocess.run(
        [*map(str, command), "--keep", str(folder)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=PATIENCE_S * max(1, seeds // 20),
    )
    made = sorted(path for path in pathlib.Path(folder).glob("seed-*/*") if path.is_dir())
    return [path for path in made if rows_of(path) > 1]


def rows_of(folder):
    """One is what the simulator lays into a store before its first start: no gateway made that."""
    with lmdb.open(str(folder / "store"), readonly=True, lock=False) as environment:
        return environment.stat()["entries"] - 1  # the sum


def run_first(folder):
    command = [TOOL, "verify", "--store", folder, "--keys", folder / "keys", "--json"]
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE_S,
        check=False,
    )


def findings_of(folder):
    """Of `linkgatectl verify`, with all that it says of each."""
    return json.loads(run_first(folder).stdout)["findings"]


def first_checker(folder):
    """What `linkgatectl verify` finds."""
    run = run_first(folder)
    try:
        laws = {finding["law"] for finding in json.loads(run.stdout)["findings"]}
    except (ValueError, KeyError, TypeError):
        laws = set()
    if run.returncode != (1 if laws else 0):
        laws.add(f"exit {run.returncode}")
    return Verdict(laws, run.stdout + run.stderr)


def second_checker(folder):
    findings, _ = check_store(folder, folder / "keys")
    text = "\n".join("\t".join(finding) for finding in findings)
    return Verdict({finding[0] for finding in findings}, text)


CHECKERS = {"linkgatectl verify": first_checker, "checker.py": second_checker}


def verdicts(folder):
    return {name: checker(folder) for name, checker in CHECKERS.items()}


def look(folder):
    """What is wrong with a store that should be right; None: nothing."""
    told = {name: verdict for name, verdict in verdicts(folder).items() if verdict.laws}
    return "\n".join(f"{folder}: {name}:\n{v.text}" for name, v in told.items()) or None


def plant(folder, copy, name, seed):
    """A copy of that store with the violation; False: the store has nothing of its sort."""
    _, how = PLANTS[name]
    shutil.copytree(folder, copy)
    with Edit(copy, copy / "keys") as edit:
        done = how(edit, random.Random(f"{seed} {name}"))
    if not done:
        shutil.rmtree(copy)
    return done


def look_planted(folder, copy, name, seed):
    """None: not to be planted there; else the laws that each checker names, and the text."""
    if not plant(folder, copy, name, seed):
        return None
    told = verdicts(copy)
    shutil.rmtree(copy)
    return told


def missed(name, told):
    """Which checker does not name the law of that plant."""
    law = PLANTS[name][0]
    return [
        f"{name}: {checker} says {', '.join(sorted(verdict.laws)) or 'nothing'}, not {law}"
        for checker, verdict in told.items()
        if law not in verdict.laws
    ]


def plant_all(folders, work, seed=1, names=None):
    """Plants each violation in the first store, in a shuffled order, that can have it. (how many
    were planted, what was missed, names that no store could have)."""
    chance = random.Random(seed)
    planted, wrong, never = 0, [], []
    for name in names or PLANTS:
        order = list(folders)
        chance.shuffle(order)
        for folder in order:
            told = look_planted(folder, work / "planted", name, f"{seed} {folder.parent.name}")
            if told is not None:
                planted += 1
                wrong += missed(name, told)
                break
        else:
            never.append(name)
    return planted, wrong, never


def look_all(folders, jobs=os.cpu_count()):
    """What is wrong with each of these stores, in their order."""
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(look, folders, chunksize=4)
