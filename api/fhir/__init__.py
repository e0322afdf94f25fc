"""An escalation in the terms of HL7 FHIR R4, for other organisations' systems."""
