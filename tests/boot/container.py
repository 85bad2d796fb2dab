"""A small machine for one test: systemd-nspawn with this machine's /usr, on which the built tree is
laid, and an /etc, /var and /run of its own. Nothing is downloaded, and nothing of it stays.

It needs root, systemd-nspawn, overlayfs and a control group hierarchy that may be written to.
Where one of them is missing, Impossible says which.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE_S = 90
# Of the files in /etc, what programs need to know users and hosts.
ETC = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
    "machine-id": "6c696e6b676174652d626f6f742d7465\n",
    "os-release": 'ID=linkgate-boot\nNAME="linkgate boot test"\n',
}


class Impossible(Exception):
    """This machine cannot do it; the text says why."""


class ControlGroup:
    """Of the test's own, in systemd's hierarchies, where there is no systemd to ask for one."""

    def __init__(self, name):
        self.folders = []
        root = pathlib.Path("/sys/fs/cgroup")
        roots = [root] if (root / "cgroup.controllers").exists() else []
        roots += [root / kind for kind in ("systemd", "unified") if (root / kind).is_dir()]
        if not roots:
            raise Impossible("there is no control group hierarchy in /sys/fs/cgroup")
        for place in roots:
            folder = place / name
            try:
                folder.mkdir()
            except OSError as error:
                self.remove()
                raise Impossible(f"no control group can be made: {error}") from error
            self.folders.append(folder)

    def enter(self):
        """In the child, before it becomes nspawn."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

    def remove(self):
        """What has just ended may be in them for a moment yet."""
        end = time.monotonic() + PATIENCE_S
        while any(folder.exists() for folder in self.folders) and time.monotonic() < end:
            for folder in self.folders:
                for place, _, _ in os.walk(folder, topdown=False):
                    try:
                        os.rmdir(place)
                    except OSError:
                        time.sleep(0.02)


def look():
    """Impossible, unless all is there."""
    if os.geteuid() != 0:
        raise Impossible("only root can start a container")
    for tool in ("systemd-nspawn", "nsenter"):
        if not shutil.which(tool):
            raise Impossible(f"{tool} is missing (Debian: systemd-container, util-linux)")
    if "overlay" not in pathlib.Path("/proc/filesystems").read_text(encoding="ascii"):
        subprocess.run(["modprobe", "overlay"], capture_output=True, check=False)
        if "overlay" not in pathlib.Path("/proc/filesystems").read_text(encoding="ascii"):
            raise Impossible("the kernel has no overlayfs")


class Container:
    def __init__(self, destdir, sysconfdir):
        look()
        self.sysconfdir = str(sysconfdir)
        self.name = f"linkgate-{os.getpid()}"
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="linkgate-boot-"))
        self.root = self.dir / "root"
        self.log = self.dir / "console.txt"
        self.groups = None
        self.process = None
        self.leader = None
        self._make_root(pathlib.Path(destdir))

    def _make_root(self, destdir):
        for name in ("etc", "var", "run", "tmp", "root", "proc", "sys", "dev", "usr"):
            (self.root / name).mkdir(parents=True)
        for name in ("bin", "sbin", "lib", "lib64"):
            (self.root / name).symlink_to(f"usr/{name}")
        for name, text in ETC.items():
            (self.root / "etc" / name).write_text(text, encoding="utf-8")
        # This machine's /usr is only read; the configuration, wherever it is, must be written.
        self.overlay = destdir / "usr"
        self.etc = self.root / "etc" if self.sysconfdir == "/etc" else self.dir / "etc"
        shutil.copytree(
            destdir / self.sysconfdir.lstrip("/"), self.etc, dirs_exist_ok=True
        )

    def start(self):
        words = [
            "systemd-nspawn",
            "--quiet",
            "--register=no",
            f"--machine={self.name}",
            f"--directory={self.root}",
            f"--overlay-ro=/usr:{self.overlay}:/usr",
            *([] if self.sysconfdir == "/etc" else [f"--bind={self.etc}:{self.sysconfdir}"]),
            "--private-network",
            "--resolv-conf=off",
            "--timezone=off",
            "--link-journal=no",
            "--console=pipe",
            "--boot",
            "systemd.unit=basic.target",
        ]
        enter = None
        if not pathlib.Path("/run/systemd/system").is_dir():
            self.groups = ControlGroup(self.name)
            enter = self.groups.enter
            words.insert(1, "--keep-unit")
        with self.log.open("wb") as console:
            self.process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                preexec_fn=enter,
            )
        try:
            self._wait_for_boot()
        except Impossible:
            self.stop()
            raise
        return self

    def _wait_for_boot(self):
        end = time.monotonic() + PATIENCE_S
        said = "it does not come up"
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            self.leader = self._find_leader()
            if self.leader:
                done = self.run("systemctl", "is-system-running", check=False)
                said = (done.stdout + done.stderr).strip()
                if said in ("running", "degraded"):
                    return
            time.sleep(0.1)
        console = self.log.read_text(encoding="utf-8", errors="replace").strip()
        raise Impossible(f"systemd-nspawn cannot boot here: {said}; {console[-2000:]}")

    def _find_leader(self):
        """Process 1 of the container: nspawn's child."""
        pid = self.process.pid
        try:
            text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
            for child in text.split():
                name = pathlib.Path(f"/proc/{child}/comm").read_text(encoding="ascii").strip()
                if name == "systemd":
                    return child
        except OSError:
            pass
        return None

    def words(self, *words):
        """A command line that runs those words inside."""
        into = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid"]
        return [*into, "--root", "--wd", "--", "env", "-i", "PATH=/usr/local/bin:/usr/bin:/usr/sbin",
                *map(str, words)]

    def run(self, *words, check=True):
        done = subprocess.run(
            self.words(*words), capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def begin(self, *words):
        """The same beside the test."""
        return subprocess.Popen(
            self.words(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()  # nspawn asks the inside to power off
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                if self.leader:
                    os.kill(int(self.leader), signal.SIGKILL)
                self.process.kill()
                self.process.wait()
        if self.groups is not None:
            self.groups.remove()
            self.groups = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)
