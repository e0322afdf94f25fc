"""The encoder, the spelling vector, the classifier and the reading of a body: none of them needs Rasa itself."""

# ruff: noqa: PT009, PT027 -- unittest and its assertions, because Rasa's environment has no pytest.

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np

from bot.inbound import LONGEST_TEXT, BadBody, Inbound
from bot.nlu import encoder
from bot.nlu.softmax_regression import SoftmaxRegression
from bot.nlu.spelling import PLACES, spelling_vector

PLACES_OF_DA = [159, 192, 209, 496, 796, 1426]


def body(**changes: object) -> bytes:
    """A good request body, but for the changes."""
    good = {"sender": "c-1", "message_id": "m-1", "text": "hello", "channel": "sms"}
    return json.dumps({**good, **changes}).encode()


class Encoder(unittest.TestCase):
    """What a sentence means."""

    def test_a_sentence_has_the_same_vector_alone_and_among_others(self) -> None:
        alone = encoder.shared_encoder().encode("i need a break")
        among = encoder.shared_encoder().encode_all(["hello", "i need a break", "word " * 400])[1]
        np.testing.assert_array_equal(alone, among)
        self.assertEqual(alone.shape, (encoder.DIMENSIONS,))
        self.assertAlmostEqual(float(np.linalg.norm(alone)), 1.0, places=5)

    def test_like_meanings_are_nearer_than_unlike_ones(self) -> None:
        tired, worn_out, football = encoder.shared_encoder().encode_all(
            ["i am so tired", "i'm worn out", "who won the football"]
        )
        self.assertGreater(tired @ worn_out, tired @ football + 0.2)

    def test_an_empty_list_and_odd_characters_are_no_trouble(self) -> None:
        self.assertEqual(encoder.shared_encoder().encode_all([]).shape, (0, encoder.DIMENSIONS))
        for text in ("", "🙏", "امی", "\u200b", "?" * 3000):
            self.assertTrue(np.isfinite(encoder.shared_encoder().encode(text)).all())

    def test_a_changed_model_file_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(shutil.copytree(encoder.FOLDER, Path(name) / "model"))
            with (folder / "model.onnx").open("ab") as model:
                model.write(b"!")
            with self.assertRaisesRegex(encoder.EncoderFileError, "SHA-256"):
                encoder.SentenceEncoder(folder)

    def test_a_missing_file_is_named(self) -> None:
        with tempfile.TemporaryDirectory() as name, self.assertRaisesRegex(encoder.EncoderFileError, "card.yml|model"):
            encoder.SentenceEncoder(Path(name))


class Spelling(unittest.TestCase):
    """Runs of letters."""

    def test_a_misspelling_stays_near_and_another_word_does_not(self) -> None:
        right, wrong, other = (spelling_vector(text) for text in ("allowance", "allowence", "football"))
        self.assertGreater(right @ wrong, 0.5)
        self.assertLess(abs(right @ other), 0.3)

    def test_case_and_process_make_no_difference(self) -> None:
        self.assertEqual(spelling_vector("ta-ra a bit").shape, (PLACES,))
        np.testing.assert_array_equal(spelling_vector("bore da"), spelling_vector("BORE  DA"))
        # Python's own hash() differs between processes; these places were worked out once and may not move.
        self.assertEqual(np.flatnonzero(spelling_vector("da")).tolist(), PLACES_OF_DA)
        self.assertEqual(float(np.linalg.norm(spelling_vector(""))), 0.0)


class Classifier(unittest.TestCase):
    """Logistic regression as plain arrays."""

    def setUp(self) -> None:
        rows = np.eye(6, dtype=np.float32)
        self.rows, self.labels = np.vstack([rows, rows]), ["a", "a", "b", "b", "c", "c"] * 2

    def test_it_learns_and_its_chances_add_up_to_one(self) -> None:
        model = SoftmaxRegression.fit(self.rows, self.labels, 16.0)
        chances = model.probabilities(self.rows)
        self.assertEqual([model.labels[place] for place in chances.argmax(axis=1)], self.labels)
        np.testing.assert_allclose(chances.sum(axis=1), 1.0, rtol=1e-5)

    def test_two_labels_work_as_three_do(self) -> None:
        model = SoftmaxRegression.fit(self.rows[:4], self.labels[:4], 16.0)
        chances = model.probabilities(self.rows[:4])
        self.assertEqual(chances.shape, (4, 2))
        self.assertEqual([model.labels[place] for place in chances.argmax(axis=1)], list("aabb"))

    def test_fitting_twice_gives_the_same_model_and_so_does_the_file(self) -> None:
        first, second = (SoftmaxRegression.fit(self.rows, self.labels, 16.0) for _ in range(2))
        np.testing.assert_array_equal(first.weights, second.weights)
        with tempfile.TemporaryDirectory() as folder:
            first.save(Path(folder) / "model.npz")
            loaded = SoftmaxRegression.load(Path(folder) / "model.npz")
        np.testing.assert_array_equal(first.probabilities(self.rows), loaded.probabilities(self.rows))
        self.assertEqual(loaded.labels, ("a", "b", "c"))


class Body(unittest.TestCase):
    """What the API sends."""

    def test_a_good_body_is_read(self) -> None:
        inbound = Inbound.from_body(body())
        self.assertEqual((inbound.sender, inbound.text, inbound.channel), ("c-1", "hello", "sms"))

    def test_a_bad_body_is_refused_without_repeating_it(self) -> None:
        bad = [b"", b"{", b"[]", b"\xff\xfe", b"null", body(sender=""), body(sender=None), body(channel="fax")]
        bad += [body(text=None), body(text=["secret"]), body(sender="x" * 256), body(sender="a\0b"), b"[" * 100_000]
        for wrong in bad:
            with self.subTest(wrong[:40]), self.assertRaises(BadBody) as caught:
                Inbound.from_body(wrong)
            self.assertNotIn("secret", str(caught.exception))

    def test_an_enormous_body_is_refused(self) -> None:
        with self.assertRaises(BadBody):
            Inbound.from_body(body(text="x" * 300_000))

    def test_the_text_is_made_safe_to_understand(self) -> None:
        cases = {"/restart": "restart", " / /restart": "restart", "a\0b": "a b", "  hi \n": "hi", "/": "", "\0": ""}
        for sent, read in cases.items():
            with self.subTest(sent):
                self.assertEqual(Inbound.from_body(body(text=sent)).text, read)
        self.assertEqual(Inbound.from_body(body(text="\ud83d half a pair")).text, "? half a pair")
        self.assertEqual(len(Inbound.from_body(body(text="x" * 50_000)).text), LONGEST_TEXT)
