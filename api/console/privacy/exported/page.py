"""An export in the form of a file: a page to read, a PDF, or data."""

from api import pages
from api.console.privacy.exported import presenters, printing
from api.privacy.exporting import service as exporting
from api.privacy.exporting.service import Export
from api.privacy.retention import service as retention


def as_file(export: Export, form: str) -> bytes:
    """The bytes of it. `form` is html, pdf or json."""
    if form == "json":
        return presenters.as_json(export).encode()
    document = presenters.document(export, exporting.words(), retention.plan().carried_out)
    if form == "pdf":
        return printing.pdf(document)
    template = pages.templates.get_template("console/privacy/export.html")
    return str(template.render(document=document)).encode()
