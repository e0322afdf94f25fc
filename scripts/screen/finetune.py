"""Fine-tunes MiniLM whole, with one layer on top that says which danger a message raises, if any.

Beside it a second layer learns to name the need of everyday messages. It is not kept: it is there so that what the
encoder says of a message is good for both, for the assistant reads needs from it (bot/nlu/encoder.py).
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from scripts.screen.messages import QUIET, TALK, Asides, Labelled, Told, disturbed, examples, split
from scripts.screen.vocabulary import kept, tokenizer, upstream, written

PER_STEP, RATE, ROUNDS, SMOOTHING = 24, 8e-5, 3, 0.02
NEEDS_COUNT = 0.5  # How much naming the need counts beside naming the danger;
DANGER_COUNTS = 1.0  # whether there is one, whichever it is;
BESIDE_COUNTS = 1.0  # and which words are beside the matter.
SURE = 0.99  # What is wanted of the likelihood of a danger.
OFTEN = 2  # So many times in a round each example that stands beside a phrase.
EARS = 12  # Each listens to some words more than to others, in its own share of what the encoder says of them.
UNKNOWN = -100  # A message whose need we do not know; the loss passes it over.
WORDS = "encoder.embeddings.word_embeddings.weight"
ASIDES = Path(__file__).with_name("asides.txt")


class Screen(nn.Module):
    """MiniLM, and what is made of its word vectors: their mean (`meaning`), a score for each label, and of each word
    piece how surely it belongs to talk of other things (`beside`).

    The scores come from a mean in which each word counts as much as it has to do with danger, as `ears` hear it: so
    what else is said in a message does not drown it.
    """

    def __init__(self, folder: Path, rows: list[int], labels: int, needs: int) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(folder)
        self.encoder = AutoModel.from_pretrained(folder, config=config, attn_implementation="eager")
        words = self.encoder.get_input_embeddings().weight.detach()[rows].clone()
        # Words keep the meaning that upstream gave them: those no message here holds must fit those that are learned.
        self.encoder.set_input_embeddings(nn.Embedding.from_pretrained(words, freeze=True, padding_idx=0))
        self.drop = nn.Dropout(0.1)
        self.ears = nn.Linear(config.hidden_size, EARS)
        nn.init.zeros_(self.ears.weight)
        nn.init.zeros_(self.ears.bias)
        self.head = nn.Linear(config.hidden_size, labels)
        self.needs = nn.Linear(config.hidden_size, needs)
        self.beside = nn.Linear(config.hidden_size, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        meaning = (states * mask).sum(1) / mask.sum(1)
        counts = torch.softmax(self.ears(states) + (1 - mask) * -1e4, dim=1)
        shares = states.unflatten(2, (EARS, -1)) * counts.unsqueeze(-1)
        return self.head(self.drop(shares.sum(1).flatten(1))), self.drop(meaning), self.beside(states)[..., 0]


def batch(words: Tokenizer, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Word pieces and their mask, padded to the longest."""
    ids = [words.encode(text).ids for text in texts]
    width = max(map(len, ids))
    mask = torch.tensor([[1] * len(one) + [0] * (width - len(one)) for one in ids])
    return torch.tensor([one + [0] * (width - len(one)) for one in ids]), mask


def danger_of(scores: Tensor) -> Tensor:
    """Log odds that there is a danger, whichever it is."""
    quiet = len(QUIET)
    return torch.logsumexp(scores[:, quiet:], 1) - torch.logsumexp(scores[:, :quiet], 1)


def besides(words: Tokenizer, some: list[Labelled], told: list[Told], width: int) -> Tensor:
    """Of each word piece: 1 where it is talk of other things, 0 where not, UNKNOWN where it is neither."""
    wanted = torch.full((len(told), width), float(UNKNOWN))
    for row, (one, way) in enumerate(zip(some, told)):
        for place, (start, end) in enumerate(words.encode(way.text).offsets):
            if start == end:
                continue  # The marks of the beginning and the end.
            if start not in way.beside:
                wanted[row, place] = float(one.need in TALK)
            elif way.is_talk:
                wanted[row, place] = 1.0
    return wanted


def targets(messages: list[Labelled], labels: list[str]) -> Tensor:
    """What the model should answer: the chief category most, any others as well, and a little doubt for the rest."""
    wanted = np.full((len(messages), len(labels)), SMOOTHING / len(labels), dtype=np.float32)
    for row, message in enumerate(messages):
        shares = [2.0] + [1.0] * (len(message.labels) - 1)
        for label, share in zip(message.labels, shares):
            wanted[row, labels.index(label)] += (1 - SMOOTHING) * share / sum(shares)
    return torch.from_numpy(wanted)


def needs_of(messages: list[Labelled]) -> list[str]:
    """Every need that a message is labelled with, in alphabetical order."""
    return sorted({one.need for one in messages} - {""})


def wanted_needs(messages: list[Labelled], needs: list[str]) -> Tensor:
    """The place of each message's need in the list."""
    return torch.tensor([needs.index(one.need) if one.need else UNKNOWN for one in messages])


def train(messages: list[Labelled], seed: int, rounds: int, rate: float, start: list[Path]) -> Screen:
    """One model, from upstream's weights or from the mean of earlier ones'. Deterministic for a seed on one machine.

    It is taught all but the tenth kept apart, and what clinicians wrote that a phrase must hear.
    """
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # The smallest numbers cost a processor a hundred times more than they are worth.
    dice, words, labels, needs = (
        random.Random(seed),
        tokenizer(written(messages)),
        labels_of(messages),
        needs_of(messages),
    )
    model = Screen(upstream(), kept(messages), len(labels), len(needs))
    if start:
        model.load_state_dict(mean_of(start), strict=False)
    if not rounds:
        return model.eval()
    by_phrase = [one for one in examples() if one.labels[0] in labels]  # A model knows no "still waiting".
    messages = [*split(messages)[0], *by_phrase * OFTEN]
    asides = Asides(ASIDES.read_text(encoding="utf-8").splitlines(), messages)
    steps = rounds * (len(messages) // PER_STEP + 1)
    heads = [one for part in (model.ears, model.head, model.needs, model.beside) for one in part.parameters()]
    slow = [value for value in model.encoder.parameters() if value.requires_grad]
    groups = [{"params": slow, "lr": rate}, {"params": heads, "lr": rate * 10}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [rate, rate * 10], total_steps=steps + 1, pct_start=0.1, anneal_strategy="linear"
    )
    started = time.time()
    for each in range(rounds):
        model.train()
        losses = []
        for some in shuffled(messages, dice):
            told = [disturbed(one, asides, dice) for one in some]
            loss = lost(model, words, some, told, labels, needs)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"round {each + 1}: loss {np.mean(losses):.3f}, {time.time() - started:.0f} s", flush=True)
    return model.eval()


def mean_of(folders: list[Path]) -> dict[str, Tensor]:
    """The weights that were kept there, or their mean. Not the words: they stay upstream's, and their rows are numbered
    anew whenever messages are added.
    """
    found = [torch.load(folder / "weights.pt") for folder in folders]
    return {name: sum(one[name].float() for one in found) / len(found) for name in found[0] if name != WORDS}


def lost(
    model: Screen, words: Tokenizer, some: list[Labelled], told: list[Told], labels: list[str], needs: list[str]
) -> Tensor:
    """How far from what is wanted the model is on some messages, told as they are told."""
    ids, mask = batch(words, [way.text for way in told])
    # Half the precision is enough to learn by, and half as fast again on processors that know it.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        scores, meaning, beside = model(ids, mask)
        named = model.needs(meaning)
    scores = scores.float()
    loss = nn.functional.cross_entropy(scores, targets(some, labels))
    if any(one.need for one in some):
        loss = loss + NEEDS_COUNT * nn.functional.cross_entropy(named.float(), wanted_needs(some, needs))
    sure = torch.tensor([SURE if one.is_danger else 1 - SURE for one in some])
    loss = loss + DANGER_COUNTS * nn.functional.binary_cross_entropy_with_logits(danger_of(scores), sure)
    wanted = besides(words, some, told, ids.shape[1])
    known = wanted != UNKNOWN
    aside = nn.functional.binary_cross_entropy_with_logits(beside.float()[known], wanted[known])
    return loss + BESIDE_COUNTS * aside


def shuffled(messages: list[Labelled], dice: random.Random) -> list[list[Labelled]]:
    """Batches of messages of about the same length, in a new order each time: less padding, so less work."""
    order = sorted(messages, key=lambda one: (len(one.text) // 40, dice.random()))
    found = [order[start : start + PER_STEP] for start in range(0, len(order), PER_STEP)]
    dice.shuffle(found)
    return found


def labels_of(messages: list[Labelled]) -> list[str]:
    """What is no danger, then every category in alphabetical order."""
    return [*QUIET, *sorted({label for one in messages for label in one.labels} - set(QUIET))]


def load(folder: Path, messages: list[Labelled]) -> Screen:
    """A screen that was kept."""
    model = Screen(upstream(), kept(messages), len(labels_of(messages)), len(needs_of(messages)))
    model.load_state_dict(torch.load(folder / "weights.pt"))
    return model.eval()


def keep(model: Screen, folder: Path) -> None:
    """The weights, so that later messages can be learned from where this left off."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), folder / "weights.pt")
