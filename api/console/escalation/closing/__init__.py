"""Closing an escalation with its outcome and safety-net, standing it down, and handing it on: forms of their own."""
