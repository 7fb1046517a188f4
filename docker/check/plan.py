"""What a container engine would start from compose.yaml and an image, written down for image-check.sh.

    plan.py COMPOSE_FILE IMAGE_INSPECTION OUT_DIR [NAME=VALUE ...]

Refuses a compose.yaml that says less than it promises, and one that says what image-check does not imitate: what is
checked and what compose.yaml says cannot drift apart. The NAME=VALUEs stand for docker/.env.
"""
import json
import os
import re
import shlex
import sys

import yaml

IMITATED = {
    "user", "read_only", "cap_drop", "security_opt", "ulimits", "environment", "env_file", "secrets", "volumes",
    "stop_grace_period",
}
# Left to the engine; image-check's last lines say so.
ENGINES = {"image", "build", "ports", "restart", "logging"}


def wants(condition, what):
    if not condition:
        sys.exit(f"compose.yaml or the image: {what}")


def interpolated(value, given):
    """Compose's ${NAME}, ${NAME:-default} and ${NAME:+replacement}."""
    if isinstance(value, dict):
        return {key: interpolated(item, given) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolated(item, given) for item in value]
    if not isinstance(value, str):
        return value

    def replaced(match):
        name, operator, word = match["name"], match["operator"], match["word"] or ""
        now = given.get(name, "")
        if operator == ":-":
            return now or word
        if operator == ":+":
            return word if now else ""
        return now

    out = re.sub(r"\$\{(?P<name>\w+)(?:(?P<operator>:[-+])(?P<word>[^}]*))?\}", replaced, value)
    wants("$" not in out, f"image-check cannot interpolate {value!r}")
    return out


def check_image(config):
    wants(config.get("User") == "10001:10001", "the image's user is not 10001:10001")
    wants(config.get("Entrypoint") == ["meeting-gateway"] and config.get("Cmd") == ["serve"], "another entry point")
    test = (config.get("Healthcheck") or {}).get("Test")
    wants(test == ["CMD", "meeting-gateway", "healthcheck"], "the image has no health check of its own")
    wants(config["Healthcheck"].get("Timeout", 0) > 0, "the health check has no time limit")
    wants(list(config.get("ExposedPorts") or {}) == ["8080/tcp"], "the image exposes something but 8080")
    wants(list(config.get("Volumes") or {}) == ["/data"], "the image's volume is not /data")
    wants(config.get("StopSignal") == "SIGTERM", "the image's stop signal is not SIGTERM")
    for entry in config.get("Env", []):
        name = entry.partition("=")[0]
        wants(not re.search("KEY|TOKEN|SECRET|PASSWORD", name), f"the image's environment has {name}")


def check_service(service):
    unknown = set(service) - IMITATED - ENGINES
    wants(not unknown, f"image-check does not imitate {sorted(unknown)}")
    wants(service.get("read_only") is True, "the root is not read-only")
    wants(service.get("cap_drop") == ["ALL"], "capabilities are kept")
    wants(service.get("security_opt") == ["no-new-privileges:true"], "new privileges can be had")
    wants(service.get("user") == "10001:10001", "the user is not 10001:10001")
    wants(service.get("ulimits") == {"core": 0}, "core files can be written")
    wants(service.get("ports") == ["127.0.0.1:8080:8080"], "the port is not 8080 on loopback")
    wants(service["build"] == {"context": "..", "dockerfile": "docker/Dockerfile"}, "another image is built")
    for file in service.get("env_file", []):
        wants(file.get("required") is False, f"{file} must be there for a start")


def mounts(compose, service, folder):
    """Lines of: kind, source, target."""
    out = []
    for name in service["secrets"]:
        file = compose["secrets"][name]["file"]
        out.append(("secret", os.path.normpath(os.path.join(folder, file)), f"/run/secrets/{name}"))
    for volume in service["volumes"]:
        name, _, target = volume.partition(":")
        wants(name in compose["volumes"], f"{volume} is not a named volume")
        wants(":" not in target, f"image-check does not imitate {volume}")
        out.append(("volume", name, target))
    return out


def write(folder, name, items, end="\0"):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.writelines(item + end for item in items)


def main():
    compose_file, inspection, out, *given = sys.argv[1:]
    with open(inspection, encoding="utf-8") as file:
        image = json.load(file)["Docker"]
    config = image["config"]
    check_image(config)
    with open(compose_file, encoding="utf-8") as file:
        compose = interpolated(yaml.safe_load(file), dict(item.split("=", 1) for item in given))
    wants(len(compose["services"]) == 1, "there is more than one service")
    (service,) = compose["services"].values()
    check_service(service)

    environment = dict(entry.split("=", 1) for entry in config.get("Env", []))
    environment |= {name: str(value) for name, value in service["environment"].items()}
    mounted = mounts(compose, service, os.path.dirname(os.path.abspath(compose_file)))
    targets = {target for _, _, target in mounted}
    for name, value in environment.items():
        wants(not name.endswith("_FILE") or not value or value in targets, f"{name} names a file that is not mounted")
    database = environment["GATEWAY_DATABASE_URL"].removeprefix("sqlite:")
    wants(os.path.dirname(database) in targets, "the database is not in the volume")

    grace = int(re.fullmatch(r"(\d+)s", service["stop_grace_period"])[1])
    wants(grace >= 30, "the gateway may need 29 seconds to stop")
    uid, gid = service["user"].split(":")
    write(out, "environment", [f"{name}={value}" for name, value in environment.items()])
    write(out, "command", config["Entrypoint"] + config["Cmd"])
    write(out, "health", config["Healthcheck"]["Test"][1:])
    write(out, "mounts", ["\t".join(mount) for mount in mounted], end="\n")
    facts = {
        "plan_uid": uid, "plan_gid": gid, "plan_grace": str(grace), "plan_core": str(service["ulimits"]["core"]),
        "plan_folder": config.get("WorkingDir") or "/", "plan_database": database,
        "plan_port": environment.get("GATEWAY_PORT", "8080"), "plan_signal": config["StopSignal"],
    }
    write(out, "facts", [f"{name}={shlex.quote(value)}" for name, value in facts.items()], end="\n")


main()
