"""liblinkgate as a partner finds it: what is installed, and nothing of the source tree beside it."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("LINKGATE_SOURCE", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("LINKGATE_BUILD", SOURCE / "build"))
CC = os.environ.get("LINKGATE_CC", "cc").split()
SANITIZE = os.environ.get("LINKGATE_SANITIZE", "none")
PROTOS = ("common", "envelope", "link", "product", "order", "transfer")
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror")


class Library(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.root = cls.dir / "root"
        words = ["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.root]
        cls.run_here(*words)
        (cls.pc,) = cls.root.rglob("linkgate.pc")
        prefix = re.search(r"^prefix=(.*)$", cls.pc.read_text(encoding="ascii"), re.M)[1]
        cls.prefix = cls.root / prefix.lstrip("/")

    @classmethod
    def run_here(cls, *words, env=None):
        done = subprocess.run(
            [str(word) for word in words],
            cwd=cls.dir,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def pkg_config(self, *words):
        env = {"PKG_CONFIG_PATH": str(self.pc.parent)}
        define = f"--define-variable=prefix={self.prefix}"
        return self.run_here("pkg-config", define, *words, env=env).split()

    def headers(self):
        folder = self.prefix / "include/linkgate"
        self.assertEqual(
            {path.name for path in folder.iterdir()},
            {path.name for path in (SOURCE / "include/linkgate").glob("*.h")},
        )
        return sorted(folder.iterdir())

    def compile_alone(self, compiler, language, standard):
        flags = self.pkg_config("--cflags", "linkgate")
        for header in self.headers():
            unit = self.dir / f"alone.{language}"
            text = f"#include <linkgate/{header.name}>\n"
            unit.write_text(text + text, encoding="ascii")
            self.run_here(*compiler, f"-std={standard}", *STRICT, "-fsyntax-only", *flags, unit)

    def test_each_header_compiles_alone_as_c(self):
        self.compile_alone(CC, "c", "c11")

    @unittest.skipUnless(shutil.which("g++"), "there is no g++")
    def test_each_header_compiles_alone_as_cpp(self):
        self.compile_alone(["g++"], "cpp", "c++11")

    def test_exports_what_the_headers_declare_and_nothing_else(self):
        (library,) = self.root.rglob("liblinkgate.so")
        lines = self.run_here("nm", "-D", "--defined-only", library).splitlines()
        exported = {line.split()[-1].split("@")[0] for line in lines}
        declared = set()
        for header in self.headers():
            text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
            text = re.sub(r"static inline .*?\n}", "", text, flags=re.S)
            declared |= set(re.findall(r"\b(lg_\w+)\(", text))
        self.assertEqual(exported - {"LINKGATE_0"}, declared)

    @unittest.skipUnless(SANITIZE == "none", "sanitizers bring libraries of their own")
    def test_needs_few_libraries(self):
        (library,) = self.root.rglob("liblinkgate.so")
        needed = re.findall(r"\(NEEDED\).*\[(\S+)\.so", self.run_here("readelf", "-d", library))
        self.assertLessEqual(set(needed), {"libssl", "libcrypto", "libprotobuf-c", "libc"})

    def test_example_builds_and_runs_from_what_is_installed(self):
        (protos,) = self.pkg_config("--variable=protodir", "linkgate")
        names = [pathlib.Path(protos) / f"linkgate/v1/{name}.proto" for name in PROTOS]
        self.run_here("protoc-c", f"--proto_path={protos}", f"--c_out={self.dir}", *names)
        generated = [f"linkgate/v1/{name}.pb-c.c" for name in PROTOS]
        sanitize = [] if SANITIZE == "none" else [f"-fsanitize={SANITIZE}"]
        source = SOURCE / "docs/example/partner.c"
        flags = self.pkg_config("--cflags", "linkgate", "libprotobuf-c")
        libs = self.pkg_config("--libs", "linkgate", "libprotobuf-c")
        options = ["-std=c11", *STRICT, "-I.", *flags, *sanitize, "-o", "partner"]
        self.run_here(*CC, *options, source, *generated, *libs)
        (library,) = self.root.rglob("liblinkgate.so.0")
        env = {**os.environ, "LD_LIBRARY_PATH": str(library.parent)}
        done = subprocess.run(
            [self.dir / "partner"], env=env, capture_output=True, text=True, check=False
        )
        self.assertEqual((done.returncode, done.stderr[:6]), (2, "usage:"))

    @unittest.skipUnless(shutil.which("scdoc"), "there is no scdoc")
    def test_page_is_installed(self):
        (page,) = self.root.rglob("liblinkgate.3")
        self.assertIn("lg_session_call", page.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
