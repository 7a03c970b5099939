"""Reads the exports of sites with readers of others: no cell is a formula, nothing is malformed."""

import csv
import json
import sys
from pathlib import Path

import icalendar
import jsonschema
import openpyxl


def read(site):
    """Reads those of one site."""
    data = site / "data"

    schema = json.loads((data / "runbook.schema.json").read_text("utf-8"))
    document = json.loads((data / "runbook.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)
    assert sum(map(len, document["records"].values())) > 0

    book = openpyxl.load_workbook(data / "inventory.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells), "a cell of the workbook is a formula"
    assert len(book.sheetnames) == 1 + sum(1 for records in document["records"].values() if records)
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref, sheet.title

    calendar = icalendar.Calendar.from_ical((site / "renewals.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert all(not event.errors for event in events)
    assert len({event["UID"] for event in events}) == len(events)
    assert events, "nothing ends"

    tables = sorted(data.rglob("*.csv"))
    assert len(tables) > 5
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        assert len({len(row) for row in rows}) == 1, f"{table}: rows of several lengths"
        for cell in (cell for row in rows for cell in row):
            number = cell.lstrip("-").replace(".", "", 1).isdigit()
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), f"{table}: {cell!r}"


for site in sys.argv[1:]:
    try:
        read(Path(site))
    except Exception as error:
        raise SystemExit(f"{site}: {type(error).__name__}: {error}"[:2000]) from error
