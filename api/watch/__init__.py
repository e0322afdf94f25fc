"""The dead-man's switch: noticing that a part of the line has fallen silent, and telling whoever leads."""
