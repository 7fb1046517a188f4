"""Shows that the power-cut layer does what SOURCE.md says: `python3 self_test.py [rounds]`, with `cc` and SQLite there.

First single calls against the image, then a child that commits numbered rows through Python's sqlite3 and says each
number once its commit has returned. It is killed at a random moment; whatever it said must be in the image with
synchronous=FULL, and is expected to be missing at times with NORMAL.
"""

import ctypes
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SEED = int(os.environ.get("POWER_CUT_SEED") or random.randrange(1 << 30))


def layer(library, view, image):
    return {**os.environ, "LD_PRELOAD": str(library), "POWER_CUT_FOLDER": str(view), "POWER_CUT_IMAGE": str(image)}


# ---- The child that commits.

def commit_rows(path, level, size):
    """Rows of up to `size` bytes; now and then an update of old ones, so that a checkpoint writes all over the file."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute(f"PRAGMA synchronous={level}")
    database.execute("CREATE TABLE IF NOT EXISTS rows(number INTEGER PRIMARY KEY, bytes BLOB)")
    number = database.execute("SELECT coalesce(max(number), 0) FROM rows").fetchone()[0]
    while True:
        number += 1
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO rows VALUES (?, ?)", (number, random.randbytes(random.randrange(size))))
        if number % 10 == 0:
            database.execute("UPDATE rows SET bytes = ? WHERE number = ?",
                             (random.randbytes(random.randrange(size)), random.randrange(1, number)))
        database.execute("COMMIT")
        os.write(1, b"%d\n" % number)


def cut(library, place, level, size, seconds):
    """One run to its SIGKILL. Returns the numbers that it said."""
    with subprocess.Popen([sys.executable, __file__, "commit", str(place / "view/data.db"), level, str(size)],
                          stdout=subprocess.PIPE, env=layer(library, place / "view", place / "image")) as child:
        # The time counts from the first commit: how long Python takes to start tells nothing.
        said = child.stdout.readline()
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        said += child.stdout.read()
    if child.returncode != -signal.SIGKILL or not said:
        sys.exit(f"the child ended with {child.returncode} before it was killed")
    # A number that the kill cut off was not said in full.
    return [int(number) for number in said.split(b"\n")[:-1]]


def examine(folder):
    """Opens a copy of what a power cut left, as a next start would. Returns its rows and what SQLite says of it."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch, "copy")
        shutil.copytree(folder, copy)
        database = sqlite3.connect(copy / "data.db")
        try:
            state = database.execute("PRAGMA integrity_check").fetchone()[0]
            rows = {row[0] for row in database.execute("SELECT number FROM rows")}
        except sqlite3.DatabaseError as error:
            return set(), str(error)
        finally:
            database.close()
        return rows, state


def rounds(library, scratch, level, count):
    """Each round is a power cut; four after one another go on with what the cut before them left, then all is new."""
    lost_rounds = lost = said_all = broken = wraps = 0
    said, place = set(), None
    for number in range(count):
        if number % 4 == 0:
            place, said = scratch / f"{level}-{number}", set()
            (place / "view").mkdir(parents=True)
            (place / "image").mkdir()
        size = random.choice((100, 3000, 20_000))
        said |= set(cut(library, place, level, size, random.uniform(0.02, 0.9)))
        rows, state = examine(place / "image")
        missing = said - rows
        if missing:
            # What is lost must be the end: a hole would be something else than a power cut.
            if min(missing) <= max(rows, default=0):
                state = f"a hole before {max(rows)}"
            lost_rounds, lost = lost_rounds + 1, lost + len(missing)
        if state != "ok":
            broken += 1
            print(f"  round {number}: {state}")
        if any(path.name.endswith("-shm") for path in (place / "image").iterdir()):
            sys.exit("the -shm is in the image")
        log = place / "view/data.db-wal"
        with log.open("rb") as file:
            header = file.read(16)
        # The checkpoint sequence number in the header: how often the log was begun anew from its start.
        wraps += int.from_bytes(header[12:16], "big") if header else 0
        said_all += len(said)
        said = rows
        shutil.rmtree(place / "view")
        shutil.copytree(place / "image", place / "view")
    print(f"{level}: {count} cuts, rows lost in {lost_rounds} of them, {lost} rows in all; "
          f"{said_all} rows looked for, logs begun anew {wraps} times, broken {broken}")
    return lost_rounds, broken


def kill_without_cut(library, scratch):
    """The process dies, the machine does not: a second one on the same folder, and only then the power cut."""
    place = scratch / "kill"
    (place / "view").mkdir(parents=True)
    (place / "image").mkdir()
    said = set()
    for level in ("NORMAL", "NORMAL", "FULL"):
        said |= set(cut(library, place, level, 1000, 0.3))
    rows, state = examine(place / "image")
    expect("what an earlier process left unsynced is synced with the next commit", not said - rows and state == "ok")


# ---- Single calls. Each runs in a child with the layer, in the folder `view`; `see` looks at the image from inside.

def see(name):
    try:
        return pathlib.Path(os.environ["POWER_CUT_IMAGE"], name).read_bytes()
    except FileNotFoundError:
        return None


def make(name, content, sync=True):
    fd = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.write(fd, content)
    if sync:
        os.fsync(fd)
    return fd


def sync_folder():
    fd = os.open(".", os.O_RDONLY)
    os.fdatasync(fd)
    os.close(fd)


def creation():
    fd = make("a", b"one", sync=False)
    yield see("a") is None
    sync_folder()
    yield see("a") == b""
    os.fdatasync(fd)
    yield see("a") == b"one"
    os.pwrite(fd, b"X", 1)
    os.writev(fd, [b"t", b"wo"])
    os.pwritev(fd, [b"!"], 9)
    yield see("a") == b"one"
    os.fsync(fd)
    yield see("a") == b"oXetwo\0\0\0!"
    make("b", b"by its own sync")
    yield see("b") == b"by its own sync"
    os.mkdir("sub")
    make("sub/c", b"below")
    yield see("sub/c") == b"below"
    make("data.db-shm", b"shared")
    yield see("data.db-shm") is None


def cutting():
    fd = make("a", b"x" * 10_000)
    os.ftruncate(fd, 100)
    os.ftruncate(fd, 9_000)
    yield see("a") == b"x" * 10_000
    os.fsync(fd)
    yield see("a") == b"x" * 100 + b"\0" * 8_900
    os.close(os.open("a", os.O_WRONLY | os.O_TRUNC))
    yield len(see("a")) == 9_000
    os.fsync(fd)
    yield see("a") == b""
    os.posix_fallocate(fd, 0, 5_000)
    os.fsync(fd)
    yield see("a") == b"\0" * 5_000


def unlinking():
    fd = make("a", b"old")
    os.unlink("a")
    os.pwrite(fd, b"OLD", 0)
    os.fsync(fd)
    yield see("a") == b"OLD"  # The name is still on the disk: it has not been told.
    sync_folder()
    yield see("a") is None
    make("b", b"old")
    os.remove("b")
    new = make("b", b"new", sync=False)
    yield see("b") == b"old"
    os.fsync(new)
    yield see("b") == b"new"


def renaming():
    make("a", b"a")
    make("b", b"b")
    os.rename("a", "b")
    os.rename("b", "c")
    fd = make("a", b"later", sync=False)
    yield (see("a"), see("b"), see("c")) == (b"a", b"b", None)
    sync_folder()
    yield (see("a"), see("b"), see("c")) == (b"", None, b"a")
    os.fsync(fd)
    yield see("a") == b"later"
    other = os.open("c", os.O_RDWR)
    os.write(other, b"A")
    os.fsync(other)
    yield see("c") == b"A"


def descriptors():
    fd, last = make("a", b"1"), b"1"
    for digit, twin in ((b"2", os.dup(fd)), (b"3", os.dup2(fd, 200)), (b"4", os.open("a", os.O_WRONLY))):
        os.pwrite(twin, digit, 0)
        os.close(twin)
        yield see("a") == last
        os.fsync(fd)
        yield see("a") == digit
        last = digit
    # The number of a file's descriptor goes on as that of another file, outside.
    os.pwrite(os.open("a", os.O_WRONLY), b"5", 0)
    os.dup2(os.open("../outside", os.O_RDWR | os.O_CREAT), fd)
    os.write(fd, b"elsewhere")
    os.fsync(fd)
    yield see("a") == last
    fd = os.open("a", os.O_RDWR)
    child = os.fork()
    if child == 0:
        os.pwrite(fd, b"f", 0)
        os.fsync(fd)
        os._exit(0)
    os.waitpid(child, 0)
    yield see("a") == b"f"
    os.close(fd)
    link = os.open(".", os.O_RDONLY)
    fd = os.open("x", os.O_RDWR | os.O_CREAT, dir_fd=link)
    os.fsync(fd)
    yield see("x") == b""
    os.unlink("x", dir_fd=link)
    os.fsync(link)
    yield see("x") is None


def mapping():
    import mmap
    fd = make("a", b"1" * 4096)
    yield mmap.mmap(fd, 4096, access=mmap.ACCESS_READ)[:1] == b"1"
    os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
    child = os.fork()
    if child == 0:
        mmap.mmap(fd, 4096)
        os._exit(0)
    yield os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGABRT


def replaced():
    """The control, called as the Swift program calls it."""
    sqlite = ctypes.CDLL("libsqlite3.so.0")
    handle, levels = ctypes.c_void_p(), []
    sqlite.sqlite3_open(b"data.db", ctypes.byref(handle))
    row = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p),
                           ctypes.c_void_p)(lambda _, __, values, ___: levels.append(values[0]) or 0)
    script = b"PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; PRAGMA synchronous; PRAGMA foreign_keys"
    yield ctypes.CDLL(None).sqlite3_exec(handle, script, row, None, None) == 0
    log = pathlib.Path(os.environ["POWER_CUT_LOG"])
    if "POWER_CUT_SYNCHRONOUS" in os.environ:
        yield levels == [b"1", b"1"]
        yield log.read_text() == "synchronous=FULL replaced by synchronous=NORMAL\n"
    else:
        yield levels == [b"2", b"1"] and not log.exists()


def threads():
    """Eight at once on one file and on files of their own; in the end the image is what the folder is."""
    import threading
    shared = make("shared", b"")

    def work(number):
        for turn in range(60):
            os.pwrite(shared, random.randbytes(500), random.randrange(40_000))
            fd = make(f"own-{number}-{turn % 5}", random.randbytes(3000), sync=turn % 2)
            os.fdatasync(shared) if turn % 9 == 0 else None
            os.close(fd)
            if turn % 7 == 0:
                os.unlink(f"own-{number}-{turn % 5}")
    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for name in os.listdir("."):
        fd = os.open(name, os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)
    sync_folder()
    image = os.environ["POWER_CUT_IMAGE"]
    yield sorted(os.listdir(image)) == sorted(os.listdir("."))
    yield all(see(name) == pathlib.Path(name).read_bytes() for name in os.listdir("."))


CALLS = (creation, cutting, unlinking, renaming, descriptors, mapping, replaced, threads)
failures = 0


def expect(what, holds):
    global failures
    failures += not holds
    print(f"{'ok' if holds else 'NOT OK'}: {what}")


def calls(library, scratch):
    for call, extra in [*((call, {}) for call in CALLS), (replaced, {"POWER_CUT_SYNCHRONOUS": "NORMAL"})]:
        place = scratch / (call.__name__ + "".join(extra))
        (place / "view").mkdir(parents=True)
        (place / "image").mkdir()
        run = subprocess.run([sys.executable, __file__, "call", call.__name__], cwd=place / "view", check=False,
                             env={**layer(library, place / "view", place / "image"), **extra,
                                  "POWER_CUT_LOG": str(place / "log")})
        expect(" ".join([call.__name__, *extra]), run.returncode == 0)


def main():
    if sys.argv[1:2] == ["commit"]:
        commit_rows(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    if sys.argv[1:2] == ["call"]:
        failed = [str(step) for step, holds in enumerate(globals()[sys.argv[2]](), 1) if not holds]
        sys.exit(f"{sys.argv[2]}: step {', '.join(failed)}" if failed else 0)
    count = int(sys.argv[1]) if sys.argv[1:] else 50
    print(f"POWER_CUT_SEED={SEED}, SQLite {sqlite3.sqlite_version}")
    random.seed(SEED)
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        library = scratch / "power_cut.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library,
                        HERE / "power_cut.c", "-ldl", "-pthread"], check=True)
        calls(library, scratch)
        kill_without_cut(library, scratch)
        lost, broken = rounds(library, scratch, "FULL", count)
        expect("FULL loses nothing", lost == 0 and broken == 0)
        lost, broken = rounds(library, scratch, "NORMAL", count)
        expect("NORMAL loses rows in most rounds, and only the last ones", lost > count / 2 and broken == 0)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
