"""Foreign formats, both ways: guide tables (XLSX, CSV) and records of the national format."""
