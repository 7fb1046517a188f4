"""Memory of a proxy while a large reply passes."""

import contextlib
import http.client
import time
import urllib.parse

from processes import Trouble

REST_AFTER = 1 << 20
REST_SECONDS = 3


def watch(target, size):
    """Peak and present RSS in MiB before one GET of `size` bytes, the peak during it, and the seconds it took.

    The reader rests after the first MiB: a proxy that does not hold its upstream back fills its memory then.
    """
    peak, before = (target.child.memory(name) / 1024 for name in ("VmHWM", "VmRSS"))
    # So that the peak of the start does not hide growth; where the kernel forbids it, the peak since the start counts.
    with contextlib.suppress(OSError):
        target.child.reset_peak()
    began = time.monotonic()
    got, status = read(target)
    if status != 200 or got != size:
        hint = " (a build without the mirror?)" if target.name == "gateway" and status == 404 else ""
        raise Trouble(f"answered {status} with {got} bytes, not 200 with {size}{hint}")
    return peak, before, target.child.memory("VmHWM") / 1024, time.monotonic() - began


def read(target):
    parts = urllib.parse.urlsplit(target.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    buffer = bytearray(256 << 10)
    got, rested = 0, False
    try:
        connection.request("GET", parts.path, headers=target.headers)
        response = connection.getresponse()
        while count := response.readinto(buffer):
            got += count
            if got >= REST_AFTER and not rested:
                rested = True
                time.sleep(REST_SECONDS)
        return got, response.status
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(f"after {got} bytes: {error}") from error
    finally:
        connection.close()
