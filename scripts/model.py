"""Trains Rasa's model, and only when something that it is made from has changed."""

from __future__ import annotations

from scripts.paths import BOT_VENV, MODEL, ROOT
from scripts.shell import Command, run_logged
from scripts.steps import Step

RASA = BOT_VENV / "bin" / "rasa"
RASA_ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # SQLAlchemy 1.4, which Rasa 3.6 needs, otherwise fills the log with news of its successor.
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
TRAINING_INPUTS = [
    ROOT / "config.yml",
    ROOT / "domain.yml",
    ROOT / "data" / "nlu",
    ROOT / "data" / "rules",
    ROOT / "data" / "triage" / "model" / "card.yml",
    ROOT / "bot" / "nlu",
    ROOT / "bot" / "requirements.txt",
]


def trained_model() -> Step:
    """The model in `bot/models`, trained from `data/`, the domain, the configuration and our own components."""
    return Step(
        key="model",
        title="Training the assistant (a minute or two)",
        work=train,
        inputs=TRAINING_INPUTS,
        outputs=[MODEL],
    )


def train() -> None:
    """Train into a fixed name, which the running assistant is told."""
    command: Command = [
        RASA,
        "train",
        "--config",
        "config.yml",
        "--domain",
        "domain.yml",
        "--data",
        "data/nlu",
        "data/rules",
    ]
    target: Command = ["--out", MODEL.parent.relative_to(ROOT), "--fixed-model-name", MODEL.name.split(".")[0]]
    advice = "Mend the training data (config.yml, domain.yml, data/nlu or data/rules) and run the same command again."
    run_logged([*command, *target], log="training", otherwise=advice, environment=RASA_ENVIRONMENT)
