"""Kind c: the file system under the store is shut down, as by a power loss, and mounted again.

ext4 and xfs on loop devices, in a mount namespace of our own: whatever happens to us, the kernel
lets go of mounts and devices. may_run() says why it is not to be had, if it is not.
"""

import os
import shutil
import subprocess
import sys
import threading

from day import Wrong
from gateway import Place
from place import wait_until

KINDS = ("ext4", "xfs")
IMAGE_MIB = 400  # the least that xfs takes, and some
PLACE_ROUNDS = 30
REPORTED_S = 60  # from the end of the file system until we know that it was that
DAY_S = 0.5  # about what a day lasts: the moment falls into it
INSIDE = "LINKGATE_CRASH_NAMESPACE"  # set in a namespace of our own


def quiet(*words):
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, timeout=120
    )


def must(*words):
    done = quiet(*words)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")


def may_run():
    """None, or why file systems cannot be shut down here."""
    if os.geteuid() != 0:
        return "only root can mount and shut down file systems"
    for tool in ("xfs_io", "mkfs.xfs", "mkfs.ext4", "unshare", "mount"):
        if not shutil.which(tool):
            return f"there is no {tool}"
    done = quiet("unshare", "--mount", "--propagation", "private", "losetup", "--find")
    if done.returncode != 0:
        return f"no mount namespace or loop device: {done.stderr.strip()}"
    return None


def enter_namespace():
    """Runs this program again in a mount namespace of its own, unless it is in one."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        words = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
        os.execvp(words[0], words)


class Shutdowns:
    """Rounds of kind c, on each file system in turn."""

    name = "c"

    def __init__(self, chance):
        self.chance = chance
        self.place = None
        self.used = 0
        self.struck = 0
        self.kind = -1

    def plan(self, rounds):
        """No points: moments by chance."""
        self.walk = None
        return rounds or PLACE_ROUNDS

    def open(self):
        self.kind = (self.kind + 1) % len(KINDS)
        self.mounted = False
        self.place = Place(prepare=self.make_disk)
        self.place.halt(self.place.day(self.place.go_on))
        self.used = 0

    def make_disk(self, place):
        """Called when the place has its folder, and no gateway yet."""
        self.image = place.dir / "image"
        self.mount = place.dir / "disk"
        self.mount.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_MIB << 20)
        must(f"mkfs.{KINDS[self.kind]}", "-q", self.image)
        self.mount_it()
        return {("store", "dir"): self.mount / "store"}

    def mount_it(self):
        must("mount", "-o", "loop", self.image, self.mount)
        self.mounted = True

    def unmount(self):
        if self.mounted:
            wait_until(lambda: quiet("umount", self.mount).returncode == 0, "the unmount", 20)
            self.mounted = False

    def shut_down(self):
        """Nothing of what is under way reaches the disk, the journal's end neither."""
        must("xfs_io", "-x", "-c", "shutdown", self.mount)
        self.down.set()

    def revive(self):
        """The machine is on again."""
        if not self.down.wait(REPORTED_S):
            raise Wrong("corrupt", f"it ended by itself:\n{self.place.gateway.tail()}")
        self.struck += 1
        if self.place.ended() is None:
            self.place.gateway.kill()
        self.place.gateway.killed = True
        self.unmount()
        self.mount_it()
        self.place.go_on()

    def round(self):
        if self.place is None or self.used >= PLACE_ROUNDS:
            self.close()
            self.open()
        self.used += 1
        delay_s = self.chance.uniform(0, DAY_S)
        self.told = f"{KINDS[self.kind]} {delay_s:.3f}"
        self.down = threading.Event()
        day = self.place.day(self.revive)
        timer = threading.Timer(delay_s, self.shut_down)
        self.place.launch()
        timer.start()
        try:
            if not self.place.wait_listening():
                self.revive()
            day.live()
        finally:
            timer.join()
        if self.place.ended() is None and not self.on_disk():
            self.revive()
        elif self.place.ended() is not None:
            self.revive()
        self.place.finish(day)

    def on_disk(self):
        """Whether the file system lets itself be written: it was mounted again, or never shut."""
        try:
            (self.mount / "trial").write_text("x", encoding="ascii")
            with open(self.mount / "trial", "rb") as trial:
                os.fsync(trial.fileno())
            return True
        except OSError:
            return False

    def close(self):
        if self.place:
            if self.place.gateway and self.place.gateway.alive():
                self.place.gateway.kill()
            self.unmount()
            self.place.close()
            self.place = None
