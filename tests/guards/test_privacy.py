"""No table, and no column of words, can be forgotten by whoever deletes, blanks or erases."""

import ast
from collections.abc import Iterator

from sqlalchemy import PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import String

from api.database import Base
from api.privacy import hanging
from api.privacy.retention import rules, service
from api.privacy.retention.rules import Plan
from tests.guards.tree import ROOT, modules

# Columns of words in rows that hang from a conversation, in which nothing stands that a carer said or is known by: our
# own words for kinds and states, and ids. Whoever adds a column decides here, or in `hanging.BLANK`.
HOLDS_NOBODY = """
conversations channel mode nation district language place_asked_for
messages author understood kind delivery
asks otherwise outcome
escalations team_code state priority category page_words outcome
escalation_findings category title priority about phrase source
escalation_answers topic
escalation_events kind actor tell
escalation_facts topic
page_feedback by
pages rung state answered_by
tasks kind priority outcome
task_events kind actor
carer_calls line state ended delivery
referrals service service_name need asked_for clock way state
referral_events kind actor
staff_texts delivery carrier_sid
staff_calls delivery carrier_sid ended carer_ended
staff_call_turns carrier_sid step
directory_signposts need nation district authority service_codes
learning_consents how by withdrawn_by
legal_holds reason set_by lifted_by lifted_because
survey_answers helped safe
outcomes due outcome avoidable
conversation_facts channel marks
review_stretches why
review_assignments round
reviews round priority answer_right answer_kind answer_complete safety_net
missed_crises priority state
contact_figures channel district language needs
call_figures channel district language priority category outcome
proposals kind state label wording should phrase trial why reason
"""
WORDS = (String, Text, JSONB, ARRAY)


def defined() -> Iterator[str]:
    """The name of every table that any file of models makes."""
    for module in modules():
        for node in ast.walk(module.source):
            if isinstance(node, ast.Assign) and "__tablename__" in [getattr(one, "id", "") for one in node.targets]:
                assert isinstance(node.value, ast.Constant)
                yield str(node.value.value)


def test_every_table_has_a_rule_or_holds_nobody() -> None:
    tables = set(defined())
    assert tables == set(Base.metadata.tables), "api/privacy/hanging.py does not know every table"
    assert rules.forgotten(service.plan(), tables) == (set(), set())
    missing = rules.forgotten(Plan(service.plan().at, 1, "", (), frozenset({"teams", "attic"})), {"teams", "messages"})
    assert missing == ({"messages"}, {"attic"}), "a table that was forgotten would be noticed"


def outliving() -> set[str]:
    """The tables whose rows stay when a conversation goes, and only lose what leads to it."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.ondelete == hanging.STAYS and key.column.table.name in hanging.tree()
    }


def test_every_column_of_words_is_blanked_or_known_to_hold_nobody() -> None:
    known = {line.split()[0]: set(line.split()[1:]) for line in HOLDS_NOBODY.strip().splitlines()}
    assert outliving() == {"contact_figures", "call_figures", "proposals"}
    for name in [*hanging.tree(), *outliving()]:
        words = {column.name for column in hanging.rows_of(name).columns if isinstance(column.type, WORDS)}
        assert words == set(hanging.BLANK.get(name, ())) & words | known.get(name, set()), name


def test_what_hangs_from_a_conversation_is_found_without_reading_whole_tables() -> None:
    """Each row that goes is looked for in every table that leads to it: without an index that would read it through."""
    slow = [
        f"{name}.{column.name}"
        for name, edges in hanging.tree().items()
        for column, _ in edges
        if column.name not in found_by(hanging.rows_of(name))
    ]
    assert slow == []


def found_by(table: Table) -> set[str]:
    """The columns by which rows are found: those that an index over all rows begins with."""
    whole = [one.columns for one in table.indexes if one.dialect_options["postgresql"]["where"] is None]
    keys = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint | PrimaryKeyConstraint)]
    return {next(iter(columns)).name for columns in [*whole, *keys] if len(columns)}


def test_the_record_of_processing_has_the_table_of_the_file() -> None:
    document = (ROOT / "docs/privacy/retention.md").read_text(encoding="utf-8")
    for rule in service.plan().rules:
        days = f"{rule.days} days" if rule.days else rule.action
        assert f"| {rule.title} | {days} | {rule.counted_from or '–'} | {rule.action} | {rule.why} |" in document
