"""A second user of this machine, for what takes two people.

What a test requests as its own user is approved by another: root becomes nobody, whom the gateway
knows by its group; everyone else becomes root, if sudo lets them.
"""

import functools
import os
import shutil
import subprocess
import unittest

SECOND_GROUP = "nogroup"
WAITS = 4  # linkgatectl's exit status for an order that waits


@functools.cache
def second_user():
    """The words before a command that make it another user's; None: there is no way."""
    if os.geteuid() == 0:
        words = ["setpriv", "--reuid=nobody", f"--regid={SECOND_GROUP}", "--clear-groups", "--"]
    else:
        words = ["sudo", "-n", "--"]
    if not shutil.which(words[0]):
        return None
    trial = subprocess.run([*words, "true"], capture_output=True, check=False, timeout=30)
    return words if trial.returncode == 0 else None


def need_second_user():
    if second_user() is None:
        raise unittest.SkipTest(
            "banks are registered by two people: be root, or have sudo without a password"
        )


def tool_for_second(folder, program):
    """A copy of linkgatectl where a second user may run it; the folder lets others pass."""
    folder.chmod(folder.stat().st_mode | 0o011)
    copy = folder / "second-linkgatectl"
    if not copy.exists():
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
    return copy
