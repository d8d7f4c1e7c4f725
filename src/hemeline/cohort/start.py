"""Starting, or going on with, the assessment of a cohort."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any, Literal

from hemeline.cohort.run import STAGED, Settings, Told, assess_cohort, ready
from hemeline.cohort.source import open_source
from hemeline.cohort.workers import Workers, range_size, staging_room, workers_within
from hemeline.errors import RecordError, UsageError
from hemeline.knowledge import Region, default_folder, load_knowledge
from hemeline.record import read_mapping
from hemeline.record.omop import is_omop
from hemeline.version import __version__

Engine = Literal["local", "spark"]
_LARGE = 5_000_000  # bytes
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(MB|GB)?", re.IGNORECASE)


def start(
    source: str, out: Path, *, as_of: dt.date, region: Region, mapping: Path | None, knowledge: Path | None, memory: str,
    workers: int | None, engine: Engine, master: str, cache: Path | None, told: Told | None,
) -> dict[str, Any]:  # fmt: skip
    """Assess a source into a folder; see :func:`hemeline.api.assess_cohort`."""
    folder = knowledge or default_folder()
    known = load_knowledge(folder, cache=cache)
    count = workers or workers_within(bytes_of(memory))
    size = range_size(bytes_of(memory), count)
    if not is_omop(source) and not Path(source).exists():
        raise RecordError(f"{source}: no such file or folder")
    work = out / STAGED
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"{out}: cannot be made a folder ({fault.strerror})") from None
    print_ = _fingerprint(source, mapping)
    mapped, room = read_mapping(mapping, known.vocabulary) if mapping else None, staging_room(bytes_of(memory), count)
    of = f"{print_} {known.hash} {__version__}"
    with Workers(count, partial(ready, folder, cache, as_of, region)) as several:
        if engine == "local" and count > 1 and _is_large(Path(source)):
            several.begin()  # while the source is opened
        opened = open_source(source, work, known.vocabulary, mapped, size, room, of, told, count)
        settings = Settings(__version__, known.hash, as_of.isoformat(), region, len(opened), opened.size, print_)
        if engine == "spark":
            from hemeline.cohort.spark import assess_on_spark

            manifest = assess_on_spark(opened, out, settings, folder, master=master, cache=cache)
        else:
            manifest = assess_cohort(opened, out, settings, folder, several, cache=cache, told=told)
    shutil.rmtree(work, ignore_errors=True)
    return manifest


def _is_large(source: Path) -> bool:
    """Whether several workers are needed surely; of anything but a table that is read in place, that is not known before."""
    return source.suffix == ".parquet" and source.is_file() and source.stat().st_size > _LARGE


def bytes_of(written: str) -> int:
    """An amount of memory such as ``2GB`` or ``500MB``. Raises :class:`UsageError`."""
    match = _SIZE.fullmatch(written.strip())
    if not match:
        raise UsageError(f'"{written[:20]}" is no amount of memory; expected one such as 2GB or 500MB')
    return int(float(match[1]) * {"MB": 1e6, "GB": 1e9}[(match[2] or "GB").upper()])


def _fingerprint(source: str, mapping: Path | None) -> str:
    """Names, sizes and times of the source's files: a changed source is another one. Of a database only its address is known."""
    path = Path(source)
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.is_file() else []
    print_ = hashlib.sha256(b"" if files else source.encode())
    for one in [*files, *([mapping] if mapping else [])]:
        print_.update(f"{one.name}:{one.stat().st_size}:{one.stat().st_mtime_ns}\n".encode())
    return print_.hexdigest()[:16]
