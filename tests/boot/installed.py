"""The built tree, installed into a folder: where its files are there."""

import json
import os
import pathlib
import subprocess

BUILD = pathlib.Path(os.environ["LINKGATE_BUILD"])


class Installed:
    def __init__(self, destdir):
        self.destdir = pathlib.Path(destdir)
        subprocess.run(
            ["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", self.destdir],
            check=True,
            capture_output=True,
        )
        told = subprocess.run(
            ["meson", "introspect", BUILD, "--buildoptions"], check=True, capture_output=True
        )
        self.options = {option["name"]: option["value"] for option in json.loads(told.stdout)}

    def path(self, option):
        """Of "bindir" and the like, or of systemd's "lib", once it is installed for good."""
        return pathlib.Path(self.options["prefix"]) / self.options.get(option, option)

    def folder(self, option):
        """The same in the folder of now."""
        return self.destdir / self.path(option).relative_to("/")

    def unit(self, name):
        return (self.folder("lib") / "systemd/system" / name).read_text(encoding="utf-8")
