"""A copy of the trained model that says the text-message wording on every channel, so that raw Rasa can answer at all.

Our responses are worded for `sms`, `web` and `voice`; Rasa's stock REST channel is none of these and would find no
words. Nothing else differs: the same weights, rules and actions, for raw Rasa and for the whole line.
"""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import yaml

_METADATA, _DOMAIN = "metadata.json", "components/domain_provider/domain.yml"


def copy_for_every_channel(model: Path, copy: Path) -> None:
    """Write the copy. Raises RuntimeError when the model has no domain where Rasa 3.6 keeps it."""
    rewritten = 0
    with tarfile.open(model) as source, tarfile.open(copy, "w:gz") as target:
        for member in source.getmembers():
            file = source.extractfile(member)
            content = file.read() if file else b""
            name = member.name.removeprefix("./").lstrip("/")
            if name in (_METADATA, _DOMAIN):
                content, rewritten = _rewritten(name, content), rewritten + 1
                member.size = len(content)
            target.addfile(member, io.BytesIO(content) if file else None)
    if rewritten != 2:
        raise RuntimeError(f"{model.name} is not laid out as Rasa 3.6 lays out a model; train it again.")


def _rewritten(name: str, content: bytes) -> bytes:
    if name == _DOMAIN:
        domain = yaml.safe_load(content)
        _one_wording(domain)
        return yaml.safe_dump(domain, allow_unicode=True, sort_keys=False).encode()
    metadata = json.loads(content)
    _one_wording(metadata["domain"])
    return json.dumps(metadata).encode()


def _one_wording(domain: dict[str, Any]) -> None:
    for response, wordings in domain["responses"].items():
        text = next(one for one in wordings if one.get("channel", "sms") == "sms")
        domain["responses"][response] = [{key: value for key, value in text.items() if key != "channel"}]
