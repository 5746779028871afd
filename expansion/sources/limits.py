"""What the reader's process may use: memory, CPU seconds, wall seconds, GDAL drivers, environment.

GDAL reads its settings once, when it is first imported; so they are set in the environment that the process is
started with. Every vector driver but a handful is skipped: a VRT, a WFS description or a GDALG pipeline, whatever
its file name, finds no driver that would follow it to another file or to the network.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

ALLOWED_DRIVERS: Final = frozenset({"ESRI Shapefile", "GPKG", "MEM"})
_OTHER_DRIVERS = [
    "PCIDSK",
    "PDS4",
    "KML",
    "LIBKML",
    "VICAR",
    "PDF",
    "MBTiles",
    "EEDA",
    "OGCAPI",
    "GDALG",
    "LVBAG",
    "S57",
    "DGN",
    "OGR_VRT",
    "VRT",
    "CSV",
    "GML",
    "GPX",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "OGR_GMT",
    "SQLite",
    "WAsP",
    "OpenFileGDB",
    "DXF",
    "FlatGeobuf",
    "GeoRSS",
    "VFK",
    "PGDUMP",
    "OSM",
    "GPSBabel",
    "OGR_PDS",
    "WFS",
    "OAPIF",
    "EDIGEO",
    "Idrisi",
    "ODS",
    "XLSX",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "SXF",
    "Selafin",
    "JML",
    "PLSCENES",
    "CSW",
    "VDV",
    "MVT",
    "NGW",
    "MapML",
    "GTFS",
    "PMTiles",
    "JSONFG",
    "MiraMonVector",
    "ADBC",
    "AVCBin",
    "AVCE00",
    "AIVector",
    "HTTP",
    "Parquet",
    "Arrow",
    "PostgreSQL",
    "MySQL",
    "MSSQLSpatial",
    "ODBC",
    "HANA",
    "MongoDBv3",
    "NAS",
    "CAD",
    "GMLAS",
    "netCDF",
    "HDF4",
    "HDF5",
    "FITS",
    "Memory",
    "XODR",
    "FileGDB",
]

MEMORY_BYTES: Final = 4 * 1024**3
CPU_SECONDS: Final = 240
WALL_SECONDS: Final = 300.0
REPAIR_CPU_SECONDS: Final = 5.0
OUTPUT_BYTES: Final = 4 * 1024**3


# A file beside the user's script, or in the working folder, must not stand in for a module of Python or of a package:
# what the planner's process adds to its search path comes last. This package alone is found where the planner has it.
BOOT: Final = """
import os, runpy, sys
here, *more = os.environ.pop("EXPANSION_PATH").split(os.pathsep)
sys.path.insert(0, here)
import expansion
sys.path.remove(here)
sys.path += [path for path in (here, *more) if path not in sys.path]
runpy.run_module("expansion.sources.worker", run_name="__main__")
"""


def reader_command() -> list[str]:
    """Command of the reader's process: no working folder, no script's folder and no user folder on its path."""
    return [sys.executable, "-P", "-s", "-c", BOOT]


def reader_environment(extra_skip: frozenset[str] = frozenset()) -> dict[str, str]:
    """Environment of the reader's process: nothing of the planner's own but where packages may lie."""
    skip = ["MapInfo File", *_OTHER_DRIVERS, *sorted(extra_skip)]
    root = str(Path(__file__).resolve().parents[2])
    return {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "EXPANSION_PATH": os.pathsep.join([root, *(path for path in sys.path if path and path != root)]),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "GDAL_SKIP": ",".join(skip),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "OGR_SQLITE_LOAD_EXTENSIONS": "NO",
        "CPL_LOG": os.devnull,
        "PROJ_NETWORK": "OFF",
    }


def limit_this_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Bind the calling process: address space, CPU time, size of a written file, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class repair_time:  # noqa: N801 - reads as a phrase: with repair_time():
    """Let the block use this much CPU; past it the process dies of SIGPROF, which says: too complex to repair.

    GEOS cannot be interrupted from Python, so a signal without a handler is the one limit that holds.
    """

    def __init__(self, seconds: float = REPAIR_CPU_SECONDS) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
