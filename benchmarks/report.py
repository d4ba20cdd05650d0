"""Turns benchmark rows into a table for the terminal, Markdown for the README, or JSON. Measures nothing."""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

Row = dict[str, object]


def machine() -> Row:
    """What the numbers were taken on, for the line under a table."""
    cpu = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = re.findall(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.M)
        cpu = names[0] if names else cpu
    return {"cpu": cpu, "cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}


def versions(*distributions: str) -> Row:
    """The installed version of each distribution, those that are not installed left out."""
    found: Row = {}
    for name in distributions:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """The rows as aligned text: the first column to the left, numbers to the right."""
    cells = [list(columns)] + [[show(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    cells.insert(1, ["-" * width for width in widths])
    first, *others = widths
    lines = ([line[0].ljust(first), *map(str.rjust, line[1:], others)] for line in cells)
    return "\n".join(map("  ".join, lines))


def markdown(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """The rows as a Markdown table."""
    head = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    return "\n".join(head + ["| " + " | ".join(show(row.get(name)) for name in columns) + " |" for row in rows])


def show(value: object) -> str:
    """A value as a person reads it: three significant digits, yes or NO, a dash for what was not measured."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def write_json(path: str, rows: Sequence[Row], **about: object) -> None:
    """Writes rows and what is known about the run to `path`; `-` is standard output."""
    text = json.dumps({"machine": machine(), **about, "rows": list(rows)}, indent=2)
    if path == "-":
        sys.stdout.write(text + "\n")
    else:
        Path(path).write_text(text + "\n")


def update(path: str, name: str, text: str) -> None:
    """Puts `text` between the lines `<!-- NAME -->` and `<!-- end NAME -->` of a Markdown file."""
    page = Path(path).read_text()
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end {re.escape(name)} -->)", re.S)
    if not pattern.search(page):
        raise SystemExit(f"{path} has no lines <!-- {name} --> and <!-- end {name} --> to write between")
    Path(path).write_text(pattern.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page))
