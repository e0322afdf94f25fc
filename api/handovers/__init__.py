"""The handover sheet of a night, for the day team: made once, frozen, read and signed for."""
