"""Empty spreadsheets for the tables of a scheme, and for last year's results, in one ZIP file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from pingyi.apps.schemes import queries
from pingyi.apps.schemes.comparison import LAST
from pingyi.apps.schemes.models import SchemeVersion
from pingyi.engine.tables.export import Grid, write_xlsx
from pingyi.engine.tables.templates import tables_of, write_templates


def packed(version: SchemeVersion) -> io.BytesIO:
    """Raises ``SchemeRefused`` for a draft that cannot be read."""
    scheme = queries.read_text(version.text).scheme
    titles = {table.key: table.zh for table in tables_of(scheme)}
    buffer = io.BytesIO()
    with TemporaryDirectory() as scratch, zipfile.ZipFile(buffer, "w") as archive:
        folder = Path(scratch)
        written = write_templates(scheme, folder / "tables")
        last = folder / f"{LAST.key}.xlsx"
        write_xlsx(Grid(LAST.zh, [column.zh for column in LAST.columns], []), last)
        titles[LAST.key] = LAST.zh
        for path in (*written, last):
            archive.write(path, f"{titles[path.stem]}.xlsx")
    buffer.seek(0)
    return buffer
