"""Large downloads of grids: a run whose file a worker writes. What it does is the web's."""

from __future__ import annotations

from app.work.work import Work

DOWNLOAD = Work(
    "download",
    "Download",
    run="app.web.master.downloading:write",
    kind="export",
    about=lambda parameters: str(parameters["view"]),
)
