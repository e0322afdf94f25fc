"""Checks that run in Rasa's environment with `unittest`, started by `tests/bot/test_inside_rasa.py`."""
