"""Who may what: every route of the console and of `/v1`, under the one thing that it asks for.

A new route has a line here, or a guard fails. `tests/api/people/test_matrix.py` tries every line as every role, from
its own team and from another, and `/v1` with every scope.
"""

from api.people.rules import Permission, Scope

NOBODY_YET = """
GET /console/sign-in
POST /console/sign-in
GET /console/sign-in/elsewhere
GET /console/sign-in/elsewhere/back
GET /console/join
POST /console/join
"""
BETWEEN_PASSWORD_AND_CODE = """
GET /console/sign-in/code
POST /console/sign-in/code
GET /console/sign-in/set-up
POST /console/sign-in/set-up
"""
WITH_A_CLIENTS_SECRET = "POST /v1/token"  # Gives no more than the client has.
CONSOLE: dict[Permission, str] = {
    Permission.USE_CONSOLE: """
GET /console
GET /console/account
GET /console/account/confirm
POST /console/account/confirm
GET /console/account/password
POST /console/account/password
GET /console/account/second-factor
POST /console/account/second-factor
POST /console/account/recovery-codes
POST /console/account/sessions/{session_id}/end
POST /console/account/sign-out-everywhere
POST /console/sign-out
GET /console/directory
GET /console/directory/services/{code}
""",
    Permission.READ_CARERS: """
GET /console/handovers
GET /console/handovers/{handover_id}
GET /console/handovers/{handover_id}/sheet.pdf
GET /console/inbox
GET /console/outcomes
GET /console/outcomes/{outcome_id}
GET /console/inbox/events
GET /console/switches
GET /console/tasks
GET /console/tasks/events
GET /console/events
GET /console/conversations/{conversation_id}
GET /console/conversations/{conversation_id}/events
GET /console/escalations/{escalation_id}
GET /console/escalations/{escalation_id}/events
GET /console/tasks/{task_id}
GET /console/rota
GET /console/rota/swaps
GET /console/figures/cases
""",
    Permission.ANSWER_CARERS: """
GET /console/rota/swaps/new
GET /console/escalations/{escalation_id}/resolve
GET /console/escalations/{escalation_id}/stand-down
GET /console/escalations/{escalation_id}/hand-on
POST /console/alarms
POST /console/conversations/{conversation_id}/take-over
POST /console/escalations/{escalation_id}/colleague
POST /console/escalations/{escalation_id}/decline
POST /console/escalations/{escalation_id}/facts
POST /console/escalations/{escalation_id}/feedback
POST /console/escalations/{escalation_id}/hand-on
POST /console/escalations/{escalation_id}/stand-down
POST /console/escalations/{escalation_id}/widen
POST /console/handovers
POST /console/handovers/{handover_id}/corrections
POST /console/handovers/{handover_id}/read
POST /console/switches/{kind}/off
POST /console/switches/{kind}/on
POST /console/outcomes/{outcome_id}
POST /console/tasks/{task_id}/hand
POST /console/tasks/{task_id}/take
POST /console/conversations/{conversation_id}/give-back
POST /console/conversations/{conversation_id}/messages
POST /console/escalations/{escalation_id}/accept
POST /console/escalations/{escalation_id}/contacted
POST /console/escalations/{escalation_id}/resolve
POST /console/tasks/{task_id}
POST /console/escalations/{escalation_id}/call
POST /console/rota/swaps/new
POST /console/rota/swaps/{swap_id}
""",
    Permission.SEE_NUMBERS: """
POST /console/conversations/{conversation_id}/number
""",
    Permission.READ_REFERRALS: """
GET /console/referrals
GET /console/referrals/{referral_id}
""",
    Permission.MOVE_REFERRALS: """
POST /console/referrals/{referral_id}/moves
POST /console/referrals/{referral_id}/number
""",
    Permission.KEEP_DIRECTORY: """
GET /console/directory/new
POST /console/directory/new
GET /console/directory/reports
GET /console/directory/reports/{report_id}
POST /console/directory/reports/{report_id}
GET /console/directory/services/{code}/check
POST /console/directory/services/{code}/check
GET /console/directory/services/{code}/edit
POST /console/directory/services/{code}/edit
GET /console/directory/services/{code}/status
POST /console/directory/services/{code}/status
GET /console/directory/told
""",
    Permission.KEEP_ROTA: """
GET /console/rota/calendars
POST /console/rota/calendars
POST /console/rota/calendars/apply
GET /console/rota/calendars/{feed_id}
POST /console/rota/calendars/{feed_id}/stop
GET /console/rota/draft
GET /console/rota/overrides/new
POST /console/rota/overrides/new
GET /console/rota/patterns/new
POST /console/rota/patterns/new
GET /console/rota/patterns/{pattern_id}
POST /console/rota/patterns/{pattern_id}
POST /console/rota/patterns/{pattern_id}/remove
POST /console/rota/publish
""",
    Permission.SEE_FIGURES: """
GET /console/directory/gaps
GET /console/directory/gaps/asked.csv
GET /console/directory/gaps/missing.csv
GET /console/figures
GET /console/figures/report.pdf
GET /console/figures/tables.csv
GET /console/learning
GET /console/learning/accepted.patch
GET /console/learning/proposals/{proposal_id}
GET /console/learning/releases/{release_id}
""",
    Permission.REVIEW: """
GET /console/review/ledger
GET /console/review/queue
GET /console/review/conversations/{conversation_id}/judge
POST /console/review/conversations/{conversation_id}/judge
POST /console/review/assignments/{assignment_id}/pass
POST /console/review/assignments/{assignment_id}/talk
POST /console/review/assignments/{assignment_id}/talked
GET /console/review
GET /console/review/conversations/{conversation_id}
POST /console/review/searches
POST /console/review/searches/{search_id}/delete
GET /console/review/messages/{message_id}/propose
POST /console/review/messages/{message_id}/propose
""",
    Permission.APPROVE_PHRASES: "POST /console/learning/proposals/{proposal_id}/phrase",
    Permission.APPROVE_WORDING: "POST /console/learning/proposals/{proposal_id}/wording",
    Permission.RELEASE: """
POST /console/learning/releases
POST /console/learning/releases/{release_id}/approve
POST /console/learning/releases/{release_id}/activate
POST /console/learning/releases/{release_id}/roll-back
POST /console/review/ledger/{missed_id}/accept
""",
    Permission.MANAGE_PEOPLE: """
GET /console/people
POST /console/people
GET /console/people/new
GET /console/people/{person_id}
POST /console/people/{person_id}
POST /console/people/{person_id}/bring-back
POST /console/people/{person_id}/end
POST /console/people/{person_id}/reset
POST /console/people/{person_id}/sign-out
POST /console/people/{person_id}/unlock
""",
    Permission.UNMASK: """
POST /console/review/conversations/{conversation_id}/unmask
""",
    Permission.KEEP_PRIVACY: """
GET /console/privacy
GET /console/privacy/consents
POST /console/privacy/consents/{consent_id}
POST /console/privacy/find
POST /console/privacy/holds/{hold_id}/lift
GET /console/privacy/people/{conversation_id}
POST /console/privacy/people/{conversation_id}/erase
POST /console/privacy/people/{conversation_id}/export
POST /console/privacy/people/{conversation_id}/hold
POST /console/privacy/people/{conversation_id}/learning
""",
    Permission.READ_AUDIT: """
GET /console/audit
GET /console/audit/entries.csv
""",
}
# None: any token at all.
V1: dict[Scope | None, str] = {
    None: """
GET /v1/openapi.json
""",
    Scope.CONVERSATIONS_READ: """
GET /v1/conversations
GET /v1/conversations/{conversation_id}
GET /v1/conversations/{conversation_id}/place
""",
    Scope.CONVERSATIONS_WRITE: """
POST /v1/conversations/{conversation_id}/numbers
PUT /v1/conversations/{conversation_id}/place
POST /v1/conversations/{conversation_id}/texts
""",
    Scope.DIRECTORY_READ: """
GET /v1/directory
GET /v1/directory/services
GET /v1/directory/services/{service_id}
GET /v1/directory/taxonomies
GET /v1/directory/taxonomies/{taxonomy_id}
GET /v1/directory/taxonomy_terms
GET /v1/directory/taxonomy_terms/{term_id}
""",
    Scope.ESCALATIONS_READ: """
GET /v1/escalations
GET /v1/escalations/{escalation_id}
GET /v1/pages
GET /v1/pages/{page_id}
""",
    Scope.ESCALATIONS_WRITE: """
POST /v1/escalations
POST /v1/escalations/{escalation_id}/answers
POST /v1/escalations/{escalation_id}/moves
POST /v1/escalations/{escalation_id}/calls
""",
    Scope.GUIDES_READ: """
GET /v1/guides
POST /v1/guides/{code}/next
""",
    Scope.REFERRALS_WRITE: """
POST /v1/referrals
GET /v1/referrals/offer
POST /v1/referrals/question
GET /v1/referrals/turn
POST /v1/referrals/withdrawals
GET /v1/referrals/{referral_id}
""",
    Scope.REFERRALS_ACKNOWLEDGE: """
POST /v1/referrals/{referral_id}/moves
""",
    Scope.ROTA_READ: """
GET /v1/teams/{code}/on-call
""",
    Scope.SWITCHES_READ: """
GET /v1/switches
""",
    Scope.SWITCHES_WRITE: """
PUT /v1/switches
""",
    Scope.FHIR_READ: """
GET /v1/escalations/{escalation_id}/fhir
GET /v1/fhir/Task/{escalation_id}
""",
    Scope.TASKS_READ: """
GET /v1/tasks
GET /v1/tasks/{task_id}
""",
    Scope.WEBHOOKS_WRITE: """
GET /v1/webhooks/deliveries
POST /v1/webhooks/deliveries/{delivery_id}/replay
GET /v1/webhooks/endpoints
POST /v1/webhooks/endpoints
DELETE /v1/webhooks/endpoints/{endpoint_id}
GET /v1/webhooks/endpoints/{endpoint_id}
PATCH /v1/webhooks/endpoints/{endpoint_id}
POST /v1/webhooks/endpoints/{endpoint_id}/replay
POST /v1/webhooks/endpoints/{endpoint_id}/secret
POST /v1/webhooks/endpoints/{endpoint_id}/test
""",
    Scope.TASKS_WRITE: """
POST /v1/tasks
POST /v1/tasks/{task_id}/done
""",
}


def lines[T](table: dict[T, str]) -> dict[str, T]:
    """What each route of a table asks for."""
    return {route: asked for asked, routes in table.items() for route in routes.split("\n") if route}
