"""Writes the contract, the problem pages and the `Assets` folders into the `Generated` folders, as Swift.

`--check` writes nothing: it names the files that are not what their sources make, and fails if there are any.
"""

import json
import sys
from pathlib import Path

import yaml

import assets
from prose import Prose
from swift_text import camel, literal

ROOT = Path(__file__).resolve().parent.parent
PROBLEMS = ROOT / "Sources/Gateway/Docs/Problems"
HEAD = "// swift-format-ignore-file\n/// Made by `make contract` from {}; a test compares them.\n"
# The sections of a problem's page after its meaning, with the ids that links use.
SECTIONS = {"Likely causes": "causes", "What to check": "check", "How to fix it": "fix", "Who must act": "act",
            "May I send it again?": "again"}
# Members whose values are examples: a `description` within is data.
DATA = {"example", "examples", "default", "const", "enum"}


def compact(value):
    """Returns a value as JSON, in the order of its members."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def links(contract, page):
    """Returns the link of a code span: a problem's code to its page, `GET /path` to its operation."""
    targets = {}
    for path, item in {**contract["paths"], **contract.get("webhooks", {})}.items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                targets.setdefault(f"{method.upper()} {path}", f"{page}#{operation['operationId']}")
    targets |= {path.stem: f"/docs/problems/{path.stem}" for path in (PROBLEMS / "Texts").glob("*.md")}
    return targets.get


def rendered(node, prose, is_map=False):
    """Returns a part of the contract with each description as HTML. The keys of a map are names, not words of OpenAPI."""
    if isinstance(node, list):
        return [rendered(item, prose) for item in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key == "description" and isinstance(value, str):
            out[key] = prose.html(value)
        elif key in DATA and not is_map:
            out[key] = value
        else:
            out[key] = rendered(value, prose, key in ("properties", "schemas", "parameters", "headers") and not is_map)
    return out


def contract_for_pages(contract):
    """Returns the contract with descriptions as HTML, and `x-headings` of its introduction."""
    target = links(contract, "")
    introduction = Prose(target)
    introduction.html(contract["info"]["description"])
    out = rendered(contract, Prose(target))
    out["info"]["x-headings"] = introduction.headings
    return out


def problem_page(path, target):
    """Returns the HTML of a problem's page: its meaning, then the sections in their order."""
    meaning, *parts = ("\n" + path.read_text(encoding="utf-8")).split("\n## ")
    out = [Prose(target).html(meaning)]
    titles = []
    for part in parts:
        title, _, text = part.partition("\n")
        titles.append(title)
        out.append(f'<h2 id="{SECTIONS[title]}">{title}</h2>\n' + Prose(target).html(text))
    assert titles == list(SECTIONS), f"{path.name} has other sections"
    return "\n".join(out)


def contract_swift(contract):
    text, pages = compact(contract), compact(contract_for_pages(contract))
    return (
        HEAD.format("openapi/gateway.yaml")
        + "enum Contract {\n    static let json = " + literal(text)
        + "\n\n    /// The contract as the pages of `/docs` read it: each `description` is HTML.\n"
        + "    static let pages = " + literal(pages) + "\n}\n"
    )


def problems_swift(contract):
    target = links(contract, "/docs")
    out = [HEAD.format("the Markdown files of Docs/Problems") + "enum ProblemTexts {"]
    texts = {"introduction": Prose(target).html((PROBLEMS / "introduction.md").read_text(encoding="utf-8"))}
    for path in sorted((PROBLEMS / "Texts").glob("*.md")):
        texts[camel(path.stem)] = problem_page(path, target)
    out += [f"    static let {name} = {literal(text)}\n" for name, text in texts.items()]
    return "\n".join(out).removesuffix("\n") + "\n}\n"


def generated():
    """Returns the text of every generated file by its path."""
    contract = yaml.safe_load((ROOT / "openapi/gateway.yaml").read_text(encoding="utf-8"))
    head = HEAD.format("the files of the Assets folders")
    return {
        "Sources/Gateway/Generated/Contract.swift": contract_swift(contract),
        "Sources/Gateway/Generated/ProblemTexts.swift": problems_swift(contract),
        "Sources/Gateway/Generated/GatewayAssets.swift": head + assets.swift(ROOT / "Sources/Gateway"),
        "Sources/Sandbox/Generated/SandboxAssets.swift": head + assets.swift(ROOT / "Sources/Sandbox"),
    }


def main():
    stale = []
    for name, text in generated().items():
        path = ROOT / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and stale:
        sys.exit("Run `make contract`. Not what the sources make: " + ", ".join(stale))


if __name__ == "__main__":
    main()
