"""Ringing a carer back whose call broke off while they may be in danger."""
