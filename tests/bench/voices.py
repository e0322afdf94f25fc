"""Our own lines spoken by espeak-ng and sent down a telephone: 8 kHz, 300-3400 Hz, mu-law, with a noisy room behind.

Synthetic voices are no frightened people: they never cry, whisper, break off or talk over somebody else.
"""

import io
import shutil
import subprocess
import wave

import numpy as np
from numpy.typing import NDArray

from scripts.problems import Problem

Sound = NDArray[np.float64]
VOICES = ("en-gb", "en-gb-x-rp+f3", "en-gb-scotland")  # A man, a woman, a Scot.
SPEEDS = (140, 170)  # Words a minute.
TELEPHONE, RECOGNISER = 8000, 16000  # Samples a second: of the line, and as the recogniser wants them.
LOWEST, HIGHEST = 300.0, 3400.0  # Hz, the band of a telephone (ITU-T G.712).
_MU = 255  # ITU-T G.711, mu-law.
_PAUSE = 0.25  # Seconds of the room alone before and after.
ADVICE = (
    "espeak-ng is not here: `sudo apt-get install espeak-ng` (on macOS `brew install espeak-ng`), then the same again."
)


def voice_of(number: int) -> tuple[str, int]:
    """The voice and speed of the line with this number: all six pairs in turn."""
    return VOICES[number % len(VOICES)], SPEEDS[number // len(VOICES) % len(SPEEDS)]


def version() -> str:
    """How espeak-ng names itself. Raises Problem where there is none."""
    if shutil.which("espeak-ng") is None:
        raise Problem(ADVICE)
    said = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
    return "espeak-ng " + said.split(": ")[1].split()[0]


def call(text: str, number: int, noise_db: float | None) -> bytes:
    """A WAV file, 16 kHz, of the line as it arrives; `noise_db` is speech over noise in the band, None for no noise."""
    voice, speed = voice_of(number)
    quiet = np.zeros(round(_PAUSE * TELEPHONE))
    speech = np.concatenate([quiet, resampled(*_spoken(text, voice, speed), TELEPHONE), quiet])
    if noise_db is not None:
        room = _room(len(speech), number)
        speech = speech + room * np.sqrt(_power(speech) / _power(room) / 10 ** (noise_db / 10))
    return _wav(resampled(companded(speech), TELEPHONE, RECOGNISER))


def _spoken(text: str, voice: str, speed: int) -> tuple[Sound, int]:
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "--stdin", "--stdout"]
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as sound:  # Its header gives no true length, so everything is read.
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        return samples / 32768, sound.getframerate()


def resampled(sound: Sound, rate: int, new: int) -> Sound:
    """The same sound at another rate, with nothing outside the telephone's band."""
    count = round(len(sound) * new / rate)
    waves, found = np.fft.rfft(sound), np.zeros(count // 2 + 1, dtype=complex)
    _cut(waves, len(sound), rate)
    both = min(len(waves), len(found))
    found[:both] = waves[:both]
    return np.fft.irfft(found, count) * count / len(sound)


def _cut(waves: NDArray[np.complex128], count: int, rate: int) -> Sound:
    """Take out what a telephone does not carry; returns the frequencies."""
    hertz = np.fft.rfftfreq(count, 1 / rate)
    waves[(hertz < LOWEST) | (hertz > HIGHEST)] = 0
    return hertz


def _room(count: int, number: int) -> Sound:
    """Pink noise, as rooms have it, in the telephone's band; the same for the same line in every run."""
    waves = np.fft.rfft(np.random.default_rng(number).standard_normal(count))
    hertz = _cut(waves, count, TELEPHONE)
    waves[1:] /= np.sqrt(hertz[1:])
    return np.fft.irfft(waves, count)


def _power(sound: Sound) -> float:
    return float((sound[np.abs(sound) > 1e-4] ** 2).mean())


def companded(sound: Sound) -> Sound:
    """Through the 256 steps of mu-law and back, at nine tenths of the loudest that it can carry."""
    loud = 0.9 * sound / np.abs(sound).max()
    steps = np.round(np.sign(loud) * np.log1p(_MU * np.abs(loud)) / np.log1p(_MU) * 127) / 127
    back: Sound = np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(_MU)) / _MU
    return back


def _wav(sound: Sound) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RECOGNISER)
        out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
