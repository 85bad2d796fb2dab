#!/usr/bin/python3
"""Damages stores and logs at random, and looks who notices: see scripts/damage-test.

Each round damages a copy of a store that the simulator made, in one of the ways below. Then
`linkgatectl verify` must find it, or nothing may be different: a start must give the same rows, and
the log the same batches. Whatever verify says, a start must not use a damaged record, nor miss one:
it refuses, or ends when it reads one.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import stores
from disk import BLOCK, Damaged, Keys, Log

STARTER = stores.BUILD / "tests/start-store"
PATIENCE_S = 60
BASES = 8  # runs, of two stores each
DRAWS_MAX = 100  # a way that has nothing to damage in a store is drawn again
META_KEY = "01"  # tells the last batch, a seal too
AHEAD_MS = 1000  # of the wall clock at the start, to the last command

Outcome = collections.namedtuple("Outcome", "found start text")


# ---- ways to damage a file ----


def cut(data, chance, used):
    at = chance.randrange(used)
    return data[: chance.choice([at, at & -BLOCK])]


def grow(data, chance, _):
    return data + chance.randbytes(chance.choice([1, 512, BLOCK]))


def flip(data, chance, used):
    data = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 8])):
        data[chance.randrange(used)] ^= 1 << chance.randrange(8)
    return bytes(data)


def zero(data, chance, used):
    size = chance.choice([1, 16, 512, BLOCK, 2 * BLOCK])
    at = chance.randrange(used)
    at &= -size if size >= 512 else -1
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def noise(data, chance, used):
    at = chance.randrange(used) & -512
    return data[:at] + chance.randbytes(512) + data[at + 512 :]


def block(data, number):
    return data[number * BLOCK : (number + 1) * BLOCK]


def with_block(data, number, new):
    return data[: number * BLOCK] + new + data[(number + 1) * BLOCK :]


def swap(data, chance, used):
    one, other = (chance.randrange(-(-used // BLOCK)) for _ in range(2))
    return with_block(with_block(data, one, block(data, other)), other, block(data, one))


def double(data, chance, used):
    one, other = (chance.randrange(-(-used // BLOCK)) for _ in range(2))
    return with_block(data, one, block(data, other))


def head_of(data, chance, _):
    at = chance.randrange(128)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


WAYS = {
    "truncated": cut,
    "grown": grow,
    "bits flipped": flip,
    "zeroed": zero,
    "overwritten": noise,
    "blocks swapped": swap,
    "block doubled": double,
    "first bytes changed": head_of,
}


def used_size(data):
    """Bytes up to the last one that is not zero: damage behind them hits nothing."""
    return max(1, len(data.rstrip(b"\0")))


def damage_file(path, way, chance):
    data = path.read_bytes()
    used = used_size(data) if chance.random() < 0.9 else len(data)
    new = WAYS[way](data, chance, used)
    path.write_bytes(new)
    return new != data


# ---- ways to damage a folder ----


def in_store(folder, chance, base):
    way = chance.choice([way for way in WAYS if way != "grown"])
    return f"store {way}", damage_file(folder / "store/data.mdb", way, chance)


def stale_page(folder, chance, base):
    """A page of the same store as it was earlier."""
    earlier = base.folder.parent / "middle/store/data.mdb"
    path = folder / "store/data.mdb"
    data, old = path.read_bytes(), earlier.read_bytes()
    pages = [
        number
        for number in range(2, min(len(data), len(old)) // BLOCK)
        if block(data, number) != block(old, number) and any(block(old, number))
    ]
    if not pages:
        return "store stale page", False
    number = chance.choice(pages)
    path.write_bytes(with_block(data, number, block(old, number)))
    return "store stale page", True


def segments(folder):
    return sorted((folder / "log").glob("segment-*"))


def in_segment(folder, chance, _):
    files = segments(folder)
    path = chance.choice(files + files[-1:] * len(files))  # the last one as often as all others
    way = chance.choice(list(WAYS))
    return f"segment {way}", damage_file(path, way, chance)


def in_head(folder, chance, _):
    way = chance.choice(list(WAYS))
    return f"head {way}", damage_file(folder / "log/head", way, chance)


def missing_segment(folder, chance, _):
    chance.choice(segments(folder)).unlink()
    return "segment missing", True


def missing_head(folder, _chance, _):
    (folder / "log/head").unlink()
    return "head missing", True


def doubled_segment(folder, chance, _):
    files = segments(folder)
    path = chance.choice(files)
    number = chance.choice([int(files[-1].name[8:]) + 1, int(files[0].name[8:]) - 1 or 99])
    shutil.copy(path, path.with_name(f"segment-{number:012d}"))
    return "segment doubled", True


def swapped_segments(folder, chance, _):
    files = segments(folder)
    if len(files) < 2:
        return "segments swapped", False
    one, other = chance.sample(files, 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return "segments swapped", True


def moved_block(folder, chance, _):
    """A block of one segment in another one."""
    files = segments(folder)
    one, other = chance.choice(files), chance.choice(files)
    data, source = one.read_bytes(), other.read_bytes()
    number = chance.randrange(-(-used_size(data) // BLOCK))
    new = with_block(data, number, block(source, chance.randrange(-(-used_size(source) // BLOCK))))
    one.write_bytes(new)
    return "segment with a block of another", new != data


def stale_head(folder, _chance, base):
    """The head that this log had earlier."""
    old = (base.folder.parent / "middle/log/head").read_bytes()
    path = folder / "log/head"
    changed = old != path.read_bytes()
    path.write_bytes(old)
    return "head stale", changed


def older_store(folder, _chance, base):
    """The whole store as it was earlier, with the log of now."""
    shutil.copy(base.folder.parent / "middle/store/data.mdb", folder / "store/data.mdb")
    return "store older", base.folder.name == "end"


FOLDER_WAYS = (
    [in_store] * 12
    + [stale_page] * 3
    + [in_segment] * 10
    + [in_head] * 3
    + [missing_segment, missing_segment, missing_head, doubled_segment, doubled_segment]
    + [swapped_segments, moved_block, moved_block, stale_head, older_store]
)


# ---- looking ----


class Base:
    """A store as it should be: the rows of a start, the batches of the log."""

    def __init__(self, folder, work):
        self.folder = folder
        log = read_log(folder)
        self.batches = dict(log.places)
        self.last, self.sealed = log.last_batch, log.sealed
        self.wall_ms = log.commands[-1].ledger_ms + AHEAD_MS
        code, self.rows = start(folder, work, self.wall_ms)
        if code != 0:
            raise RuntimeError(f"{folder} does not start")


def read_log(folder):
    return Log(folder / "log", Keys(folder / "keys"))


def start(folder, work, wall_ms):
    """(exit status, {key: record}) of a start on a copy; a signal is a negative status."""
    with tempfile.TemporaryDirectory(dir=work) as name:
        copy = pathlib.Path(name) / "copy"
        shutil.copytree(folder, copy)
        command = [str(STARTER), str(copy), str(copy / "keys"), str(wall_ms)]
        run = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    whole = run.stdout.split("\n")[:-1]  # one that died may have broken off in a line
    return run.returncode, dict(line.split(" ", 1) for line in whole)


def wrong_rows(base, rows, seal_gone):
    """(rows that a start would use and that are other ones, rows that it would not see)."""
    other = sum(
        record not in (base.rows.get(key), "unusable")
        for key, record in rows.items()
        if not seal_gone or key != META_KEY
    )
    return other, len(base.rows.keys() - rows.keys())


def batches_left(folder):
    """Batch -> chain hash after it, or why the log cannot be read."""
    try:
        return dict(read_log(folder).places), None
    except (Damaged, OSError, IndexError) as damage:
        return {}, str(damage)


def log_differs(base, folder):
    """None: the same batches, but for old ones, as after recycling, and the last one."""
    now, why = batches_left(folder)
    if why:
        return why
    if any(base.batches.get(batch) != chain for batch, chain in now.items()):
        return "it has other batches"
    lost = {batch for batch in base.batches if batch > min(now)} - now.keys() - {base.last}
    return f"batches {sorted(lost)} are gone" if lost else None


def tail_is_cut(base, folder):
    """The last batch is gone, and nothing shows it: a seal, which says nothing, or the documented
    exception."""
    now, why = batches_left(folder)
    return not why and base.last not in now


def one_round(number, seed, bases, work):
    """(kind of damage, what came of it, text)."""
    chance = random.Random(f"{seed} {number}")
    for _ in range(DRAWS_MAX):
        base = chance.choice(bases)
        with tempfile.TemporaryDirectory(dir=work) as name:
            folder = pathlib.Path(name) / "store"
            shutil.copytree(base.folder, folder)
            kind, changed = chance.choice(FOLDER_WAYS)(folder, chance, base)
            if changed:
                return kind, judge(base, folder, work)
    raise RuntimeError("nothing can be damaged")


def judge(base, folder, work):
    try:
        verdict = stores.first_checker(folder)
        code, rows = start(folder, work, base.wall_ms)
    except subprocess.TimeoutExpired as hang:
        return Outcome(False, "hang", f"hang: {hang.cmd}")
    found = bool(verdict.laws)
    crashed = any(law.startswith("exit -") for law in verdict.laws)
    if crashed:
        return Outcome(False, "crash", f"verify crashed: {verdict.laws}")
    if code != 0:
        differs = None if found else log_differs(base, folder)
        text = "" if found else f"verify finds nothing, and a start ends with {code}: {differs}"
        return Outcome(found, "refused" if code > 0 else "died", text)
    cut_off = not found and tail_is_cut(base, folder)
    if cut_off and not base.sealed:
        return Outcome(False, "unsealed tail cut", "")
    other, unseen = wrong_rows(base, rows, cut_off)
    unusable = "unusable" in rows.values()
    how = "ends at reading" if unusable else "same rows"
    if other or unseen:
        how = "uses other rows" if other else "misses rows"
    text = ""
    if other or unseen:
        text = f"a start uses {other} rows that are other ones, and does not see {unseen}"
    if not found:
        differs = log_differs(base, folder)
        if text or unusable or differs:
            text = f"verify finds nothing; {text}; {differs}"
    return Outcome(found, how, text)


def run(rounds, seed, work, first=0, jobs=2):
    """Counter of (kind, found, start) and what was missed."""
    made = stores.generate(work, BASES, 1 + seed * BASES, 60)
    bases = [Base(folder, work) for folder in made]
    counts, missed = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        numbers = range(first, first + rounds)
        for number, (kind, outcome) in zip(
            numbers, pool.map(lambda n: one_round(n, seed, bases, work), numbers)
        ):
            counts[kind, "found" if outcome.found else "not found", outcome.start] += 1
            if outcome.text:
                missed.append(f"round {number} of seed {seed}: {kind}: {outcome.text}")
            if sys.stdout.isatty():
                print(f"\r\033[K  {number + 1 - first} of {rounds}", end="", flush=True)
    return counts, missed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--round", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linkgate-damage-") as name:
        one = arguments.round is not None
        first, rounds = (arguments.round, 1) if one else (0, arguments.rounds)
        counts, missed = run(rounds, arguments.seed, pathlib.Path(name), first)
    print()
    for (kind, found, how), count in sorted(counts.items()):
        print(f"{kind:32} {found:10} {how:16} {count:6}")
    total = sum(counts.values())
    found = sum(count for (_, was, _), count in counts.items() if was == "found")
    same = total - found - len(missed)
    print(f"{total} rounds: {found} found, {same} the same, {len(missed)} missed")
    print(*missed, sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
