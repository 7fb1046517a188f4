"""Children in sessions of their own, what they cost, and their end."""

import ctypes
import os
import random
import resource
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """What the reader must know; the run ends with it."""


def free_port():
    """Below those that the system gives to outgoing connections (32768 and up)."""
    for _ in range(100):
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise Trouble("no free port between 15000 and 32000")


class Child:
    """A program in a session of its own: its forks are found by it. Its output goes to a file."""

    def __init__(self, name, arguments, folder, environment=None):
        self.name = name
        self.log = folder / f"{name}.log"
        base = {n: os.environ[n] for n in ("PATH", "HOME", "LD_LIBRARY_PATH") if n in os.environ}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder,
                env={**base, **(environment or {})}, start_new_session=True,
                # So that nothing is left even when this process is killed.
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM))

    def output(self):
        return self.log.read_text(errors="replace")

    def until(self, what, ready, seconds=20):
        """Waits until `ready()` is true. Raises `Trouble` with the output when the child ends before, or never is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if ready():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise Trouble(f"{self.name}: {what} did not happen\n{self.output()[-2000:]}")

    def listens(self, port):
        def connects():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0
        self.until(f"listening on {port}", connects)

    def members(self):
        """The processes of its session that live, each with its fields of /proc/PID/stat from the state on."""
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                    fields = file.read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid:
                yield int(entry), fields

    def cpu(self):
        """Seconds in user and in system mode: all threads of all its processes, and its forks that have ended."""
        user = system = 0
        for _, fields in self.members():
            user += int(fields[11]) + int(fields[13])
            system += int(fields[12]) + int(fields[14])
        return user / TICK, system / TICK

    def memory(self, name):
        """`VmHWM` or `VmRSS` of its largest process in KiB."""
        sizes = [0]
        for pid, _ in self.members():
            try:
                with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                    sizes += [int(line.split()[1]) for line in file if line.startswith(name + ":")]
            except OSError:
                continue
        return max(sizes)

    def reset_peak(self):
        """Makes VmHWM what VmRSS is now (proc(5), clear_refs 5)."""
        for pid, _ in self.members():
            with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")

    def stop(self, grace=5):
        """SIGTERM, and after `grace` seconds SIGKILL to whatever its session still has."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                pass
        for pid, _ in list(self.members()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


class Children:
    """All of a run; leaving the block ends them, the last one first."""

    def __init__(self, folder):
        self.folder = folder
        self.living = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A second Ctrl-C must not leave half of them; each takes its grace at most.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(self.living):
            child.stop(grace=2)

    def start(self, name, arguments, environment=None):
        child = Child(name, arguments, self.folder, environment)
        self.living.append(child)
        return child

    def stop(self, child):
        """Ends one before the others."""
        child.stop()
        self.living.remove(child)

    def run(self, name, arguments, seconds, environment=None):
        """Runs one to its end. Returns its output."""
        child = self.start(name, arguments, environment)
        try:
            code = child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = f"none within {seconds} s"
        finally:
            self.stop(child)
        output = child.output()
        child.log.unlink()
        if code != 0:
            raise Trouble(f"{name}: exit code {code}\n{output[-2000:]}")
        return output


def machine_cpu():
    """Seconds that all cores were busy, and that the host took away (`steal`), since boot."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    user, nice, system, _, _, irq, softirq, steal = fields
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


def finished_cpu():
    """Seconds of CPU of the children that have ended and were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
