"""Checks what the action server answers, without checking the check each time.

Rasa 3.6.21 validates each answer with `jsonschema.validate`, which first validates Rasa's own, never changing schema
against the schema of all schemas. Profiled, that was more than half of the time of a turn with a custom action.
"""

from typing import Any

from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa.core.actions.action import RemoteAction


def check_schema_once() -> None:
    """Make Rasa check its schema now, and from now on only the answers. Raises `SchemaError` if Rasa's is broken."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    checker = kind(schema)

    def validate(_: RemoteAction, answer: dict[str, Any]) -> bool:
        error = best_match(checker.iter_errors(answer))
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate
