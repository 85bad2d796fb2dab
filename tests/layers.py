#!/usr/bin/python3
"""Checks the shape of the tree: who may include whom, and how large and how plain files may be.

The table below is the one of docs/architecture.md; changing it is changing the design. Only text
is read: no compiler, no build folder, a fraction of a second.

usage: layers.py [ROOT]        check the tree (default: the one that this file is in)
       layers.py --self-test   show that every rule can fail
"""

import pathlib
import re
import sys
import tempfile

# folder: (folders below that it may include, libraries whose headers it may include)
LAYERS = {
    "util": ("", "libbsd uthash"),
    "crypto": ("util", "openssl"),
    "domain": ("util", ""),
    "wire": ("util domain", "protobuf-c wire-messages"),
    "tls": ("util crypto", "openssl"),
    "kv": ("util", "lmdb"),
    "store": ("util crypto domain kv", "protobuf-c store-messages"),
    "log": ("util crypto", ""),
    "ledger": ("util crypto domain wire store", ""),
    "engine": ("util crypto domain wire log store ledger", ""),
    "router": ("util domain", ""),
    "session": ("util domain wire tls router", ""),
    "net": ("util domain session router", "libevent"),
    "recon": ("util crypto domain kv store", ""),
    "verify": ("util crypto domain wire kv store log ledger", ""),
    "daemon": (
        "util crypto domain wire tls kv store log ledger engine router session net recon verify",
        "libevent libsystemd inih protobuf-c admin-messages",
    ),
    "client": ("util domain wire tls", "public"),
    "bank": ("util domain wire kv recon", "libevent inih public"),
    "bench": ("util domain wire", "jansson public"),
    "tools": (
        "util crypto domain wire recon verify",
        "libevent libsmartcols jansson inih protobuf-c admin-messages public",
    ),
}

# library: what its headers' names begin with. The first that fits counts.
LIBRARIES = [
    ("store-messages", r"linkgate/store/.*\.pb-c\.h$"),
    ("admin-messages", r"linkgate/admin/.*\.pb-c\.h$"),
    ("wire-messages", r".*\.pb-c\.h$"),
    ("public", r"linkgate/|linkgate\.h$"),
    ("openssl", r"openssl/"),
    ("lmdb", r"lmdb\.h$"),
    ("libevent", r"event2?/|event\.h$|evutil\.h$"),
    ("protobuf-c", r"(google/)?protobuf-c/"),
    ("libsystemd", r"systemd/"),
    ("inih", r"ini\.h$"),
    ("libsmartcols", r"(libsmartcols/)?libsmartcols"),
    ("jansson", r"jansson"),
    ("libbsd", r"bsd/|sys/tree\.h$"),
    ("uthash", r"ut(hash|list|array|string|stack|ringbuffer)\.h$"),
    ("threads", r"(pthread|threads|stdatomic|semaphore)\.h$"),
]

# What the C library, the compiler and the kernel give. Anything else in <> is a library nobody agreed to.
SYSTEM_HEADERS = re.compile(
    r"(sys|linux|netinet|net|arpa|asm)/[a-z0-9_]+\.h$"
    r"|(argp|argz|assert|byteswap|ctype|dirent|endian|err|errno|fcntl|features|fnmatch|ftw|getopt"
    r"|glob|grp|inttypes|langinfo|libgen|limits|locale|malloc|math|memory|mntent|netdb|poll|pwd"
    r"|regex|sched|search|setjmp|signal|spawn|stdalign|stdarg|stdbool|stddef|stdint|stdio"
    r"|stdio_ext|stdlib|stdnoreturn|string|strings|sysexits|syslog|termios|time|ucontext|unistd"
    r"|wchar|wctype|execinfo|cpuid|[a-z]+intrin|arm_acle)\.h$"
)

# Pure folders: no I/O, no clock, no process.
PURE = {"domain", "wire"}
IMPURE_HEADERS = re.compile(
    r"((sys|linux|netinet|net|arpa)/.*"
    r"|(time|unistd|fcntl|poll|dirent|netdb|signal|syslog|spawn)\.h)$"
)

THREAD_FILES = "src/engine/threads"
# Safe to call from any thread, without knowing of one: what is made once per process, and settings
# of one word. Nothing here may start, lock or wait.
THREAD_EXCEPTIONS = {
    "src/crypto/": {"pthread.h"},
    "src/util/hash.c": {"pthread.h"},
    "src/util/logline.c": {"stdatomic.h"},
}

MAX_LINES = {".c": 600, ".h": 150}
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Tree:
    """The files of one tree, and the faults found in it: (path, line, text)."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.faults = []

    def files(self, folders, suffixes):
        for folder in folders:
            for path in sorted((self.root / folder).rglob("*")):
                if path.suffix in suffixes and path.is_file():
                    yield str(path.relative_to(self.root)), path.read_text(encoding="utf-8")

    def fault(self, path, line, text):
        self.faults.append((path, line, text))


def library_of(header):
    for name, pattern in LIBRARIES:
        if re.match(pattern, header):
            return name
    return None


def check_own_include(tree, path, number, folder, target):
    if target not in LAYERS:
        tree.fault(path, number, f"folder '{target}' is not in the table of tests/layers.py")
    elif target != folder and target not in LAYERS[folder][0].split():
        tree.fault(path, number, f"{folder} may not include {target}: includes point downward")


def check_library_include(tree, path, number, folder, header, library):
    if library == "threads":
        allowed = [names for start, names in THREAD_EXCEPTIONS.items() if path.startswith(start)]
        if not path.startswith(THREAD_FILES) and not any(header in names for names in allowed):
            tree.fault(path, number, f"<{header}>: only {THREAD_FILES}*.c know threads")
    elif library not in LAYERS[folder][1].split():
        tree.fault(path, number, f"{folder} may not include {header} ({library})")


def check_include(tree, path, number, folder, quote, header):
    library = library_of(header)
    if library is not None:
        check_library_include(tree, path, number, folder, header, library)
    elif quote == '"':
        if "/" not in header or header.startswith("."):
            tree.fault(path, number, f'"{header}": name the folder: "{folder}/..."')
        else:
            check_own_include(tree, path, number, folder, header.split("/")[0])
    elif not SYSTEM_HEADERS.match(header):
        tree.fault(path, number, f"<{header}>: neither libc nor a library of the table")
    elif folder in PURE and IMPURE_HEADERS.match(header):
        tree.fault(path, number, f"<{header}>: {folder} is pure: no I/O, no clock")


def includes(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_sources(tree):
    for path, text in tree.files(["src"], {".c", ".h"}):
        parts = path.split("/")
        folder = parts[1]
        if len(parts) < 3 or folder not in LAYERS:
            tree.fault(path, 1, f"folder '{folder}' is not in the table of tests/layers.py")
            continue
        for number, quote, header in includes(text):
            check_include(tree, path, number, folder, quote, header)


def check_public_headers(tree):
    """Headers for partners stand alone: libc and each other."""
    for path, text in tree.files(["include"], {".h"}):
        for number, quote, header in includes(text):
            public = library_of(header) == "public"
            if not public and (quote == '"' or not SYSTEM_HEADERS.match(header)):
                tree.fault(path, number, f"{header}: a public header includes libc and linkgate/")


def check_form(tree):
    for path, text in tree.files(["src", "include", "tests"], {".c", ".h"}):
        suffix = path[-2:]
        lines = text.count("\n")
        if lines > MAX_LINES[suffix]:
            tree.fault(path, lines, f"{lines} lines; the end is {MAX_LINES[suffix]}")
        if suffix == ".c" and not text.startswith("/*"):
            tree.fault(path, 1, "a .c begins with a comment: what it is, keeps and leaves out")
    for path, text in tree.files(["src", "include", "tests", "proto"], {".c", ".h", ".proto"}):
        for number, line in enumerate(text.splitlines(), 1):
            if LEFTOVER.search(line):
                tree.fault(path, number, "leftover mark: do it, or open an issue")


# --- Schemas: protoc-c's unpacker recurses without a limit, and refuses `optional`.


def proto_tokens(text):
    """(line, token) without comments; strings are one token."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|[\w.]+|[^\s\w]', re.S)
    for match in pattern.finditer(text):
        if not match.group().startswith(("//", "/*")):
            yield text.count("\n", 0, match.start()) + 1, match.group()


class ProtoFile:
    """One parsed schema: its package, imports and messages with the types of their fields."""

    def __init__(self, path, text):
        self.path = path
        self.tokens = list(proto_tokens(text))
        self.package = ""
        self.imports = []
        self.messages = {}  # full name: (line, [(line, type name as written)])
        self.optionals = []
        self.syntax = None
        self.parse()

    def parse(self):
        scope = []  # (kind, full name of the message or None)
        statement = []
        for line, token in self.tokens:
            if token == "{":
                self.open(scope, statement)
                statement = []
            elif token == "}":
                scope.pop()
                statement = []
            elif token == ";":
                self.statement(scope, statement)
                statement = []
            else:
                statement.append((line, token))

    def open(self, scope, statement):
        words = [token for _, token in statement]
        kind = words[0] if words else ""
        name = None
        if kind == "message":
            outer = self.message_of(scope)
            name = f"{outer or self.package}.{words[1]}".lstrip(".")
            self.messages[name] = (statement[0][0], [])
        scope.append((kind, name))

    @staticmethod
    def message_of(scope):
        for _, name in reversed(scope):
            if name is not None:
                return name
        return None

    def statement(self, scope, statement):
        words = [token for _, token in statement]
        if not words:
            return
        if not scope:
            if words[0] == "package":
                self.package = words[1]
            elif words[0] == "syntax":
                self.syntax = words[-1].strip('"')
            elif words[0] == "import":
                self.imports.append((statement[0][0], words[-1].strip('"')))
        elif scope[-1][0] in ("message", "oneof") and words[0] not in ("reserved", "option"):
            self.field(scope, statement[0][0], words)

    def field(self, scope, line, words):
        if words[0] == "optional":
            self.optionals.append(line)
        if words[0] in ("optional", "repeated", "required"):
            words = words[1:]
        kind = words[0]
        if kind == "map":  # map < key , value > name = n
            kind = words[4]
        self.messages[self.message_of(scope)][1].append((line, kind))


def resolve(name, scope, known):
    """protobuf's rule: the innermost scope in which the name means a message."""
    if name.startswith("."):
        return name[1:] if name[1:] in known else None
    parts = scope.split(".")
    for depth in range(len(parts), -1, -1):
        full = ".".join([*parts[:depth], name])
        if full in known:
            return full
    return None


def find_cycle(graph):
    """A list of names that ends where it began, or None."""
    done = set()

    def visit(name, trail):
        if name in trail:
            return [*trail[trail.index(name) :], name]
        if name in done:
            return None
        for follower in graph.get(name, []):
            cycle = visit(follower, [*trail, name])
            if cycle:
                return cycle
        done.add(name)
        return None

    for name in sorted(graph):
        cycle = visit(name, [])
        if cycle:
            return cycle
    return None


def check_schemas(tree):
    files = [ProtoFile(path, text) for path, text in tree.files(["proto"], {".proto"})]
    where = {}
    for file in files:
        for name, (line, _) in file.messages.items():
            where[name] = (file.path, line)
        for line in file.optionals:
            tree.fault(file.path, line, "`optional`: protoc-c 1.4 refuses it; use a sub-message")
        if file.syntax != "proto3":
            tree.fault(file.path, 1, 'does not begin with syntax = "proto3"')
        expected = "/".join(file.path.split("/")[1:-1]).replace("/", ".")
        if file.package != expected:
            tree.fault(file.path, 1, f"package '{file.package}' is not its folder's '{expected}'")
        for line, target in file.imports:
            if file.package.startswith("linkgate.store.") and "linkgate/store/" not in target:
                text = "records import only records: disk and wire change apart"
                tree.fault(file.path, line, text)
    graph = {}
    for file in files:
        for name, (_, fields) in file.messages.items():
            found = [resolve(kind, name, where) for _, kind in fields]
            graph[name] = [target for target in found if target is not None]
    cycle = find_cycle(graph)
    if cycle:
        path, line = where[cycle[0]]
        tree.fault(path, line, f"recursive message: {' -> '.join(cycle)}")


CHECKS = [check_sources, check_public_headers, check_form, check_schemas]


def faults_of(root):
    tree = Tree(root)
    for check in CHECKS:
        check(tree)
    return tree.faults


# --- The self-test: a sound tree has no fault; each of these adds exactly one.

SOUND = {
    "src/util/a.c": '/* A. */\n#include "util/a.h"\n#include <bsd/sys/tree.h>\n#include <time.h>\n',
    "src/util/a.h": "/* A. */\n#include <stdint.h>\n",
    "src/crypto/b.c": '/* B. */\n#include <openssl/evp.h>\n#include <pthread.h>\n',
    "src/wire/c.c": '/* C. */\n#include "linkgate/v1/x.pb-c.h"\n#include "domain/d.h"\n',
    "src/store/e.c": '/* E. */\n#include "linkgate/store/v1/records.pb-c.h"\n#include "kv/k.h"\n',
    "src/engine/threads.c": '/* T. */\n#include <pthread.h>\n#include <stdatomic.h>\n',
    "src/daemon/main.c": '/* M. */\n#include <ini.h>\n#include "linkgate/admin/v1/admin.pb-c.h"\n',
    "src/client/l.c": '/* L. */\n#include <linkgate/client.h>\n#include "wire/c.h"\n',
    "include/linkgate/client.h": "/* P. */\n#include <stdint.h>\n",
    "proto/linkgate/v1/x.proto": (
        'syntax = "proto3";\npackage linkgate.v1;\n// an optional word in a comment\n'
        "message A { message N { bytes x = 1; } N n = 1; oneof o { B b = 2; int32 c = 3; } }\n"
        "message B { repeated int32 a = 1; map<int32, C> m = 2; reserved 4; }\nmessage C {}\n"
        "enum E { E_NONE = 0; }\n"
    ),
}

PROTO = 'syntax = "proto3";\npackage linkgate.v1;\n'
RECORDS = 'syntax = "proto3";\npackage linkgate.store.v1;\n'

# (name, file, the one header that it includes, part of the fault)
BROKEN_INCLUDES = [
    ("upward", "src/util/x.c", '"domain/d.h"', "point downward"),
    ("sideways", "src/router/x.c", '"wire/c.h"', "point downward"),
    ("daemon on bank", "src/daemon/x.c", '"bank/b.h"', "point downward"),
    ("tools on store", "src/tools/x.c", '"store/e.h"', "point downward"),
    ("header upward", "src/tls/x.h", '"wire/c.h"', "point downward"),
    ("unknown target", "src/net/x.c", '"misc/x.h"', "not in the table"),
    ("unknown folder", "src/misc/x.c", "<stdint.h>", "not in the table"),
    ("no folder", "src/kv/x.c", '"k.h"', "name the folder"),
    ("dot-dot", "src/kv/x.c", '"../util/a.h"', "name the folder"),
    ("openssl", "src/domain/x.c", "<openssl/evp.h>", "(openssl)"),
    ("lmdb", "src/store/x.c", "<lmdb.h>", "(lmdb)"),
    ("libevent", "src/session/x.c", "<event2/event.h>", "(libevent)"),
    ("protobuf-c", "src/ledger/x.c", "<protobuf-c/protobuf-c.h>", "(protobuf-c)"),
    ("systemd", "src/net/x.c", "<systemd/sd-daemon.h>", "(libsystemd)"),
    ("inih", "src/net/x.c", "<ini.h>", "(inih)"),
    ("smartcols", "src/bank/x.c", "<libsmartcols/libsmartcols.h>", "(libsmartcols)"),
    ("jansson", "src/daemon/x.c", "<jansson.h>", "(jansson)"),
    ("bsd", "src/store/x.c", "<bsd/string.h>", "(libbsd)"),
    ("sys/tree", "src/store/x.c", "<sys/tree.h>", "(libbsd)"),
    ("uthash", "src/router/x.c", '"uthash.h"', "(uthash)"),
    ("utlist", "src/net/x.c", "<utlist.h>", "(uthash)"),
    ("wire messages", "src/ledger/x.c", '"linkgate/v1/x.pb-c.h"', "(wire-messages)"),
    ("records", "src/wire/x.c", '"linkgate/store/v1/records.pb-c.h"', "(store-messages)"),
    ("admin", "src/session/x.c", '"linkgate/admin/v1/admin.pb-c.h"', "(admin-messages)"),
    ("public header inside", "src/net/x.c", "<linkgate/client.h>", "(public)"),
    ("unknown library", "src/util/x.c", "<zlib.h>", "neither libc"),
    ("threads", "src/engine/x.c", "<pthread.h>", "know threads"),
    ("threads in daemon", "src/daemon/x.c", "<threads.h>", "know threads"),
    ("threads in util", "src/util/x.c", "<pthread.h>", "know threads"),
    ("atomics in crypto", "src/crypto/x.c", "<stdatomic.h>", "know threads"),
    ("clock in domain", "src/domain/x.c", "<time.h>", "is pure"),
    ("socket in wire", "src/wire/x.c", "<sys/socket.h>", "is pure"),
    ("public on wire", "include/linkgate/x.h", '"wire/c.h"', "a public header"),
    ("public on library", "include/linkgate/x.h", "<openssl/ssl.h>", "a public header"),
]

# (name, file, its text, part of the fault)
BROKEN_TEXTS = [
    ("long .c", "src/net/x.c", "/* x */\n" + "\n" * 600, "the end is 600"),
    ("long .h", "src/net/x.h", "/* x */\n" + "\n" * 150, "the end is 150"),
    ("no comment", "tests/net/x.c", "#include <stdint.h>\n", "begins with a comment"),
    ("leftover", "src/net/x.c", "/* x */\n/* TO" "DO: later */\n", "leftover mark"),
    ("not proto3", "proto/linkgate/v1/y.proto", "package linkgate.v1;\n", "proto3"),
    ("package", "proto/linkgate/v1/y.proto", 'syntax = "proto3";\npackage x;\n', "its folder's"),
    (
        "records on wire",
        "proto/linkgate/store/v1/y.proto",
        RECORDS + 'import "linkgate/v1/x.proto";\n',
        "records import only records",
    ),
]

# (name, messages of a new schema, part of the fault)
BROKEN_MESSAGES = [
    ("optional", "message Y { optional int32 a = 1; }\n", "`optional`"),
    ("recursion", "message Y { Y y = 1; }\n", "recursive"),
    (
        "recursion by oneof and map",
        "message Y { oneof o { Z z = 1; } }\nmessage Z { map<string, linkgate.v1.Y> y = 1; }\n",
        "recursive",
    ),
    (
        "recursion by a nested message",
        "message Y { message I { Y y = 1; } repeated I i = 1; }\n",
        "recursive",
    ),
]



def broken_trees():
    for name, path, header, text in BROKEN_INCLUDES:
        yield name, path, f"/* x */\n#include {header}\n", text
    yield from BROKEN_TEXTS
    for name, body, text in BROKEN_MESSAGES:
        yield name, "proto/linkgate/v1/y.proto", PROTO + body, text


def write_tree(root, files):
    for path, text in files.items():
        target = pathlib.Path(root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def self_test():
    cases = [("sound", None, None, None), *broken_trees()]
    bad = 0
    for name, path, text, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, SOUND)
            if path is not None:
                write_tree(root, {path: text})
            faults = faults_of(root)
        if path is None:
            right = not faults
        else:
            right = len(faults) == 1 and faults[0][0] == path and expected in faults[0][2]
        if not right:
            bad += 1
            print(f"self-test '{name}': expected {expected!r} at {path}, got {faults}")
    print(f"layers self-test: {len(cases) - bad} right, {bad} wrong")
    return 1 if bad else 0


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(__doc__.strip())
        return 0 if arguments[0] in ("-h", "--help") else 2
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[1]
    faults = faults_of(root)
    for path, line, text in faults:
        print(f"{path}:{line}: {text}")
    if faults:
        print(f"layers: {len(faults)} faults; the table is at the top of tests/layers.py")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
