"""Teaches the letter counter (api/triage/letters.py): logistic regression over runs of letters, weighed by rarity."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch

from api.triage.letters import SIZE, places
from scripts.screen.messages import Asides, Labelled, disturbed, examples

ROUNDS, PER_STEP, RATE, OFTEN = 8, 256, 0.2, 10


def train(messages: list[Labelled], asides: Asides, target: Path, seed: int) -> None:
    """Write the weights. Each message is learned as it stands and as somebody else might have sent it.

    So are the examples beside the phrases, several times over: what a clinician wrote that a phrase must hear should
    never look like nothing.
    """
    torch.manual_seed(seed)
    dice = random.Random(seed)
    messages = messages + examples() * OFTEN
    texts = [one.text for one in messages] + [disturbed(one, asides, dice).text for one in messages]
    counted = [places(text) for text in texts]
    rarity = _rarity(counted)
    rows = [_row(at, counts * rarity[at]) for at, counts in counted]
    wanted = torch.tensor([float(one.is_danger) for one in messages] * 2)
    weight = torch.nn.EmbeddingBag(SIZE, 1, mode="sum", sparse=True)
    torch.nn.init.zeros_(weight.weight)
    bias = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.Adagrad([weight.weight, bias], lr=RATE)
    order = list(range(len(rows)))
    for _ in range(ROUNDS):
        dice.shuffle(order)
        for start in range(0, len(order), PER_STEP):
            some = order[start : start + PER_STEP]
            found = _scores(weight, bias, [rows[one] for one in some])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(found, wanted[some])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    kept = weight.weight.detach().numpy()[:, 0].astype(np.float16)
    np.savez_compressed(target, rarity=rarity.astype(np.float16), weight=kept, bias=np.float32(bias.item()))


def _rarity(counted: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """The rarer a run is, the more it says: log of how few messages hold it (smoothed), at least 1."""
    holding = np.zeros(SIZE, dtype=np.float32)
    for at, _ in counted:
        holding[at] += 1
    return np.log((1 + len(counted)) / (1 + holding)) + 1


def _row(at: np.ndarray, seen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    length = float(np.sqrt(np.dot(seen, seen))) or 1.0
    return torch.from_numpy(at), torch.from_numpy((seen / length).astype(np.float32))


def _scores(
    weight: torch.nn.EmbeddingBag, bias: torch.Tensor, rows: list[tuple[torch.Tensor, torch.Tensor]]
) -> torch.Tensor:
    starts = torch.tensor([0, *np.cumsum([len(at) for at, _ in rows])[:-1]])
    at, seen = torch.cat([row[0] for row in rows]), torch.cat([row[1] for row in rows])
    return weight(at, starts, per_sample_weights=seen)[:, 0] + bias
