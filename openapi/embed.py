"""Writes openapi/gateway.yaml as JSON into Sources/Gateway/Generated/Contract.swift, as one raw string."""

import json
from pathlib import Path

import yaml

here = Path(__file__).resolve().parent
contract = yaml.safe_load((here / "gateway.yaml").read_text(encoding="utf-8"))
text = json.dumps(contract, ensure_ascii=False, separators=(",", ":"), default=str)
assert '"##' not in text
(here.parent / "Sources/Gateway/Generated/Contract.swift").write_text(
    f'''/// Made by `make contract` from openapi/gateway.yaml; a test compares the two.
enum Contract {{
    // swift-format-ignore
    static let json = ##"{text}"##
}}
''',
    encoding="utf-8",
)
