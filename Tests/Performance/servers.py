"""The upstream, nginx as a bare proxy, and Go's proxy."""

import json
import os
import pathlib
import shutil

from processes import Trouble, free_port

REPLY_BYTES = 1024
STREAM_BYTES = 1 << 30
PACKAGES = {"cc": "gcc", "go": "golang-go", "haproxy": "haproxy", "nginx": "nginx-light", "openssl": "openssl",
            "wrk": "wrk"}
HERE = pathlib.Path(__file__).resolve().parent

COMMON = """
daemon off;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.log warn;
{user}
events {{ worker_connections 4096; }}
http {{
    access_log off;
    default_type "application/json; charset=utf-8";
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 3600s;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/{name}-body;
    proxy_temp_path {folder}/{name}-proxy;
    fastcgi_temp_path {folder}/{name}-fastcgi;
    uwsgi_temp_path {folder}/{name}-uwsgi;
    scgi_temp_path {folder}/{name}-scgi;
{inner}
}}
"""

UPSTREAM = """
    server {{
        listen 127.0.0.1:{port}{ssl} backlog=1024;
        {certificate}
        location {place} {{ {answer} }}
        location / {{ {rest} }}
    }}
"""

BARE = """
    upstream meeting_baas {{
        server 127.0.0.1:{upstream};
        keepalive 1024;
        keepalive_requests 1000000000;
        keepalive_timeout 3600s;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{
            proxy_pass http://meeting_baas;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_max_temp_file_size 0;
        }}
    }}
"""


HAPROXY = """
global
    nbthread 1
    maxconn 4096
    tune.bufsize 16384
defaults
    mode http
    option http-keep-alive
    timeout connect 3s
    timeout client 60s
    timeout server 60s
    timeout http-keep-alive 3600s
frontend callers
    bind 127.0.0.1:{port}
    stick-table type string len 64 size 200k expire 60s store http_req_rate(1s)
    http-request deny deny_status 401 unless {{ req.hdr(x-meeting-baas-api-key),map_str({keys}) -m found }}
    http-request track-sc0 req.hdr(x-meeting-baas-api-key)
    http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 1000000 }}
    http-request set-header x-meeting-baas-api-key upstream-key-of-the-benchmark
    default_backend meeting_baas
backend meeting_baas
    http-reuse always
    server one 127.0.0.1:{upstream} maxconn 1024
"""


def find(program):
    """Debian has nginx where PATH of others than root does not look."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def check(programs):
    missing = [PACKAGES[program] for program in programs if not find(program)]
    if missing:
        raise Trouble(
            f"missing: {' '.join(missing)}\n"
            f"sudo apt-get install -y --no-install-recommends {' '.join(missing)}   "
            "(and, where it was started, sudo service nginx stop)")


def event(calendar_id, event_id):
    """An answer of `GET /v2/calendars/{calendar_id}/events/{event_id}` (openapi-v2.json, GetEventDetailsResponse)."""
    def reply(title):
        return json.dumps({"success": True, "data": {
            "event_id": event_id, "series_id": "5c1f7f0e-5c7a-4b57-9f0b-6f4f0f6a4e21", "event_type": "recurring",
            "title": title, "start_time": "2026-11-30T09:00:00Z", "end_time": "2026-11-30T09:45:00Z",
            "timezone": "Europe/Berlin", "is_all_day": False, "status": "confirmed", "is_exception": False,
            "organizer_email": "mia@example.com", "organizer_name": "Mia Sandoval",
            "attendees": [
                {"email": "mia@example.com", "name": "Mia Sandoval", "response_status": "accepted",
                 "organizer": True, "self": True},
                {"email": "tom@example.org", "name": None, "response_status": "needsAction"}],
            "meeting_url": "https://meet.google.com/abc-defg-hij", "meeting_platform": "meet",
            "calendar_id": calendar_id, "calendar_platform": "google", "bot_scheduled": False, "raw_payload": None,
            "created_at": "2026-11-20T08:15:30Z", "updated_at": "2026-11-26T16:40:02Z"}}, separators=(",", ":"))
    padding = REPLY_BYTES - len(reply("Weekly review, "))
    return reply("Weekly review, " + ("agenda and notes of the last week, " * 30)[:padding])


def start_nginx(children, name, inner):
    conf = children.folder / f"{name}.conf"
    # As root the worker would lose the right to read this run's folder.
    user = "user root;" if os.geteuid() == 0 else ""
    conf.write_text(COMMON.format(folder=children.folder, name=name, user=user, inner=inner), encoding="utf-8")
    log = children.folder / f"{name}.log"
    return children.start(name, [find("nginx"), "-p", children.folder, "-e", log, "-c", conf])


def certificate(children):
    """A certificate of its own authority for localhost. Returns the files of the certificate and of its key."""
    file, key = children.folder / "upstream.pem", children.folder / "upstream.key"
    children.run("openssl", [
        find("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", file],
        20)
    return file, key


def start_upstream(children, path, body, others=None, tls=None):
    """Answers `path` with the body, or with 1 GiB when there is none. Returns the child and its port.

    A path that begins with `~ ` is a regular expression. Anything else goes to `others`: what the gateway asks for in
    its own time still gets a fitting answer. `tls` is the files of a certificate and its key.
    """
    port = free_port()
    if body is None:
        file = children.folder / "stream"
        with file.open("wb") as sparse:
            sparse.truncate(STREAM_BYTES)
        answer = f"alias {file};"
    else:
        answer = f"return 200 '{body}';"
    rest = f"proxy_pass {others};" if others else "return 404;"
    place = path if path.startswith("~ ") else f"= {path}"
    child = start_nginx(children, "upstream", UPSTREAM.format(
        port=port, place=place, answer=answer, rest=rest, ssl=" ssl" if tls else "",
        certificate=f"ssl_certificate {tls[0]}; ssl_certificate_key {tls[1]};" if tls else ""))
    child.listens(port)
    return child, port


def start_bare(children, upstream):
    port = free_port()
    child = start_nginx(children, "nginx", BARE.format(port=port, upstream=upstream))
    child.listens(port)
    return child, port


def start_go(children, upstream, key):
    binary = children.folder / "proxy"
    # One file that imports the standard library alone: no module, no network.
    children.run(
        "go-build", [find("go"), "build", "-o", binary, HERE / "proxy.go"], 300,
        {"GOFLAGS": "", "GO111MODULE": "on", "GOPROXY": "off",
         **({} if "HOME" in os.environ else {"GOCACHE": str(children.folder / "go-cache")})})
    port = free_port()
    child = children.start("go", [
        binary, "-listen", f"127.0.0.1:{port}", "-upstream", f"http://127.0.0.1:{upstream}", "-key", key,
        "-upstream-key", "upstream-key-of-the-benchmark"])
    child.listens(port)
    return child, port


def start_haproxy(children, upstream, key):
    """One thread, a map of keys and a rate of each of them."""
    port = free_port()
    keys = children.folder / "haproxy.keys"
    keys.write_text("".join(f"{name} tenant-{n}\n" for n, name in enumerate([key] + [f"mgk_{n:036}" for n in range(999)])))
    conf = children.folder / "haproxy.cfg"
    conf.write_text(HAPROXY.format(port=port, upstream=upstream, keys=keys), encoding="utf-8")
    child = children.start("haproxy", [find("haproxy"), "-db", "-f", conf])
    child.listens(port)
    return child, port
