"""The files of each `Assets` folder as Swift.

An HTML file may hold `{{name}}` (text, escaped), `{{{name}}}` (markup) and `{{> file}}` (another file of the folder). With
names it becomes a function of them, without any a constant; a part of a page loses its last line end. Every other file is
a constant, unchanged.
"""

import re

from swift_text import WIDTH, camel, literal

HOLE = re.compile(r"\{\{\{(\w+)\}\}\}|\{\{(\w+)\}\}")


def whole(path):
    """Returns the text of an HTML file with the files that it names put in their places."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\{\{> ([\w./-]+)\}\}", lambda found: whole(path.parent / found[1]).removesuffix("\n"), text)


def declaration(path, name, is_gateway):
    """Returns the constant or function of a file."""
    text = whole(path) if path.suffix == ".html" else path.read_text(encoding="utf-8")
    if path.suffix == ".html" and not text.startswith("<!doctype"):
        text = text.removesuffix("\n")
    holes, parameters = {}, {}
    for found in HOLE.finditer(text) if path.suffix == ".html" else []:
        markup, plain = found.groups()
        kind = "HTML" if markup and is_gateway else "String"
        assert parameters.setdefault(markup or plain, kind) == kind, f"{path}: {found[0]} is text and markup"
        holes[found[0]] = markup or (plain if is_gateway else f"Page.escape({plain})")
    if not holes:
        return f"    static let {name} = {literal(text)}\n"
    result = "HTML" if is_gateway else "String"
    listed = [f"{name}: {kind}" for name, kind in parameters.items()]
    start = f"    static func {name}({', '.join(listed)}) -> {result} {{"
    if len(start) > WIDTH:
        start = f"    static func {name}(\n        {', '.join(listed)}\n    ) -> {result} {{"
    return f"{start}\n        {literal(text, holes)}\n    }}\n"


def enumeration(folder, is_gateway):
    """Returns one `Assets` folder as an enumeration that is named after the folder around it."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            stem, _, ending = name.rpartition(".")
            parts.append(f"    /// `{name}`\n" + declaration(path, camel(stem) + ending.upper(), is_gateway))
    return f"enum {folder.parent.name}Assets {{\n" + "\n".join(parts) + "}\n"


def swift(target):
    """Returns all `Assets` folders of a target's sources as Swift."""
    folders = sorted(path for path in target.rglob("Assets") if path.is_dir())
    return "\n".join(enumeration(folder, target.name == "Gateway") for folder in folders)
