"""The handover sheet as a page and as a PDF, with who has read it and what was added."""
