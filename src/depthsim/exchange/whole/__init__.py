"""A whole system as one workbook that people can edit, and back without loss."""
