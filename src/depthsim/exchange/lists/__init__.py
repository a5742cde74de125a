"""Lists that offices circulate (公文表格): written as XLSX and DOCX, and read back with what people entered."""
