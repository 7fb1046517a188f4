"""What a figure was measured on and with."""

import os
import pathlib
import platform
import subprocess

import servers

LOUD = "*** A DEBUG BUILD of the gateway: its figures say nothing. swift build -c release --product meeting-gateway ***"


def cores():
    return len(os.sched_getaffinity(0))


def machine():
    model = "unknown CPU"
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(("model name", "Model")):
            model = line.split(":", 1)[1].strip()
            break
    return {"cores": cores(), "cpu": model, "kernel": f"{platform.system()} {platform.release()}",
            "load_average": os.getloadavg()[0]}


def versions(targets, binary):
    asked = {"nginx": ["nginx", "-v"], "wrk": ["wrk", "-v"]}
    if "go" in targets:
        asked["go"] = ["go", "version"]
    result = {}
    for name, (program, option) in asked.items():
        if path := servers.find(program):
            result[name] = first_line([path, option])
    if binary:
        result["gateway"] = f"{first_line([str(binary), '--version'])} ({binary})"
    return result


def first_line(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=20, check=False)
    return ((done.stdout + done.stderr).splitlines() or [""])[0].strip()


def is_debug(binary):
    return binary is not None and "debug" in binary.parts


def lines(options, binary):
    here = machine()
    if is_debug(binary):
        yield LOUD
    yield f"machine  {here['cores']} cores, {here['cpu']}, {here['kernel']}, load average {here['load_average']:.2f}"
    for name, version in versions(options.only, binary).items():
        yield f"{name:<8} {version}"
    if binary:
        yield f"         GATEWAY_LOG_LEVEL={options.log_level}, SQLite, the tenant's limits at their maximum"
    yield "equal    loopback, no TLS, no access log, default threads (nginx: 1 worker), upstream kept alive"
