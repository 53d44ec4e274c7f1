#!/usr/bin/env python3
"""Runs the `console` blocks of a document and holds their output against what is shown.

In a shown line `…` stands for any text; a line that is `…` alone stands for any lines. The test
command and the package installation are not repeated: .ci/run has done them.
"""
import re
import subprocess
import sys


def blocks(text):
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        command, *shown = block.rstrip("\n").split("\n")
        if not command.startswith("$ "):
            sys.exit(f"a console block begins with {command!r}, expected '$ command'")
        yield command[2:], shown


def holds(shown, found):
    """Whether `found` has the shape of `shown`."""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*".join(re.escape(part) for part in line.split("…")) + r"\n"
    return re.fullmatch(pattern, found) is not None


def main():
    passed = failed = 0
    for command, shown in blocks(open(sys.argv[1], encoding="utf-8").read()):
        if command == "swift test":
            continue
        command = command.replace("sudo apt-get install -y libudev-dev && ", "")
        run = subprocess.run(
            ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        found = run.stdout.decode()
        # What the compiler says depends on what was built before.
        found = re.sub(r"^(\[\d+/\d+\]|Build|Compil|Plan|warning: unhandled)[^\n]*\n", "", found, flags=re.M)
        good = run.returncode == 0 and holds(shown, found)
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"$ {command}\nexit {run.returncode}, found:\n{found}\nexpected:\n" + "\n".join(shown))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


main()
