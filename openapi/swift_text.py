"""Texts as Swift source: multi-line raw string literals of at most 120 columns."""

import re

WIDTH = 120
INDENT = "        "


def literal(text, holes=None):
    """Returns `text` as a literal for a line that is indented by four blanks.

    `holes` maps placeholders within `text` to the Swift expressions that are interpolated for them.
    """
    hashes = "##"
    while '"""' + hashes in text or "\\" + hashes in text or '"' + hashes in text:
        hashes += "#"
    escape = "\\" + hashes
    room = WIDTH - len(INDENT) - len(escape)
    out = [hashes + '"""']
    for line in text.split("\n"):
        pieces = wrap(line, room, holes or {}, escape)
        for piece in pieces[:-1]:
            out.append(INDENT + piece + escape)
        out.append((INDENT + pieces[-1]) if pieces[-1] else "")
    out.append(INDENT + '"""' + hashes)
    return "\n".join(out)


def wrap(line, room, holes, escape):
    """Splits a line into pieces of at most `room` characters, after a blank or a comma where there is one.

    JSON is split after each object too, so that a changed text moves few lines.
    """
    words = []
    for part in re.split("(" + "|".join(map(re.escape, holes)) + ")", line) if holes else [line]:
        if part in holes:
            words.append(f"{escape}({holes[part]})")
        else:
            words += re.findall(r"[^ ,]*[ ,]|[^ ,]+", part)
    pieces, piece = [], ""
    for word in words:
        while len(word) > room:
            pieces += [piece] if piece else []
            pieces.append(word[:room])
            word, piece = word[room:], ""
        if len(piece) + len(word) > room or piece.endswith("},"):
            pieces.append(piece)
            piece = ""
        piece += word
    return pieces + [piece]


def camel(name):
    """`not_found`, `sign-in` or `app/main` as a Swift name."""
    first, *others = re.split(r"[_/-]", name)
    return first + "".join(other[:1].upper() + other[1:] for other in others)
