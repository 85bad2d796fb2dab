#!/usr/bin/python3
"""Compiles every schema with protobuf's own protoc and imports what comes out.

protoc-c, which makes our C, is lenient in places and another program. A partner will feed the same
files to protoc for another language, so this is the test that they can.

usage: protoc.py PROTO_ROOT OUTPUT_FOLDER
"""

import importlib
import pathlib
import subprocess
import sys


def main() -> int:
    root, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    schemas = sorted(str(path.relative_to(root)) for path in root.rglob("*.proto"))
    if not schemas:
        print(f"protoc: no .proto file under {root}")
        return 77  # skipped
    out.mkdir(parents=True, exist_ok=True)
    options = [f"--proto_path={root}", f"--python_out={out}", "--fatal_warnings"]
    result = subprocess.run(["protoc", *options, *schemas], check=False)
    if result.returncode != 0:
        print("protoc: refused; the lines above say where")
        return 1
    sys.path.insert(0, str(out))
    for schema in schemas:
        name = schema.removesuffix(".proto").replace("/", ".") + "_pb2"
        module = importlib.import_module(name)
        print(f"{schema}: {len(module.DESCRIPTOR.message_types_by_name)} messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
