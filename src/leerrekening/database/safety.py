"""What a server and its disk must promise before records are trusted to them."""

from pathlib import Path

import psycopg

from leerrekening.database.errors import UnsafeServer

NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "ceph", "glusterfs", "afs", "lustre")
# What a server must say before records are trusted to it.
DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": ("on", "remote_apply", "remote_write"),
}


def check_durable(dsn: str) -> None:
    """Refuse a server that would lose what it has acknowledged. Errors: UnsafeServer."""
    with psycopg.connect(dsn) as connection:
        wrong = []
        for name, good in DURABLE.items():
            row = connection.execute("select current_setting(%s)", [name]).fetchone()
            value = row[0] if row else ""
            if value not in ((good,) if isinstance(good, str) else good):
                wrong.append(f"{name} = {value}")
    if wrong:
        raise UnsafeServer(
            f"this PostgreSQL may lose what it has acknowledged: {', '.join(wrong)}.\n"
            "  Balances of people's rights are not kept on it. Set these to on."
        )


def refuse_network_disk(folder: Path) -> None:
    """Refuse a disk that may keep a write to itself. Errors: UnsafeServer."""
    best = ("", "")
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        mount, kind = before.split()[4].replace("\\040", " "), after.split()[0]
        inside = folder.is_relative_to(mount)
        if inside and len(mount) >= len(best[0]):
            best = (mount, kind)
    if best[1].startswith(NETWORK_FILE_SYSTEMS):
        raise UnsafeServer(
            f"{folder} is on a network file system ({best[1]}), where PostgreSQL cannot know what is written.\n"
            "  Choose a folder on a disk of this machine."
        )
