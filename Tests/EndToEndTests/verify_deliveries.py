"""Reads deliveries as JSON lines ({"secret", "headers", "body" in base64}) and has the official verifiers look at each:
`standardwebhooks`, and `svix`, which is an implementation of its own. Prints how many each accepted."""

import base64
import json
import sys

import standardwebhooks
import svix

accepted = {"standardwebhooks": 0, "svix": 0}
for line in sys.stdin if len(sys.argv) < 2 else open(sys.argv[1], encoding="utf-8"):
    delivery = json.loads(line)
    body = base64.b64decode(delivery["body"])
    for library in (standardwebhooks, svix):
        library.Webhook(delivery["secret"]).verify(body, delivery["headers"])
        accepted[library.__name__] += 1
        # And neither accepts what was changed, so that accepting means something.
        try:
            library.Webhook(delivery["secret"]).verify(body + b" ", delivery["headers"])
        except (standardwebhooks.WebhookVerificationError, svix.WebhookVerificationError):
            continue
        sys.exit(f"{library.__name__} accepts a changed body")
print(json.dumps(accepted))
