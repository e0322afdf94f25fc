"""Every route stands behind exactly one gate of api/people/access.py."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from api.main import create_app
from api.people import access
from api.people.rules import Permission, Scope
from tests.guards import matrix

OPEN_PAGES = ("/console/sign-in", "/console/join")


def is_gate(call: Callable[..., Any] | None) -> bool:
    return call in access.GATES or getattr(call, "is_gate", False)


def gates(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The gates of a route. A gate that stands on another gate is one."""
    for inner in dependant.dependencies:
        if inner.call is not None and is_gate(inner.call):
            yield inner.call
        else:
            yield from gates(inner)


def routes(app: FastAPI) -> list[tuple[str, Dependant | None]]:
    """Every route, those of included routers too; static files are open to everybody and have none."""
    found = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, Mount) and context.path == "/static":
            continue
        methods = ",".join(sorted(context.methods or ()))
        found.append((f"{methods} {context.path}", getattr(context, "dependant", None)))
    return found


def wrongly_guarded(app: FastAPI) -> list[str]:
    return [name for name, dependant in routes(app) if dependant is None or len(list(gates(dependant))) != 1]


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return create_app()


def test_every_route_has_exactly_one_gate(app: FastAPI) -> None:
    assert len(routes(app)) > 30
    assert wrongly_guarded(app) == []


def gates_by_prefix(app: FastAPI, prefix: str) -> dict[str, Callable[..., Any]]:
    return {
        name: next(gates(dependant))
        for name, dependant in routes(app)
        if dependant is not None and name.split(" ")[1].startswith(prefix)
    }


def test_v1_is_for_programs_with_a_token(app: FastAPI) -> None:
    found = gates_by_prefix(app, "/v1")
    assert len(found) >= 6
    assert [name for name, gate in found.items() if not getattr(gate, "is_gate", False)] == []


def test_the_carriers_webhooks_are_signed(app: FastAPI) -> None:
    found = gates_by_prefix(app, "/twilio")
    sockets = {name for name, gate in found.items() if gate is access.socket_signed_by_carrier}
    assert sockets == {" /twilio/voice/{call_id}/relay"}
    assert len(found) == 31
    assert {gate for name, gate in found.items() if name not in sockets} == {access.signed_by_carrier}


def test_the_console_is_for_staff_and_changes_carry_the_sessions_token(app: FastAPI) -> None:
    found = {name: gate for name, gate in gates_by_prefix(app, "/console").items() if not is_open_page(name)}
    assert len(found) > 10
    for name, gate in found.items():
        is_form = gate is access.staff_form or getattr(gate, "is_form", False)
        assert gate in (access.staff, access.staff_form) or hasattr(gate, "permission"), name
        assert is_form is not name.startswith("GET"), name


def is_open_page(name: str) -> bool:
    return name.split(" ")[1].startswith(OPEN_PAGES)


def asked_for(gate: Callable[..., Any]) -> Permission:
    return getattr(gate, "permission", Permission.USE_CONSOLE)


def test_every_route_of_the_console_asks_for_what_the_matrix_says(app: FastAPI) -> None:
    found = gates_by_prefix(app, "/console")
    assert {name: asked_for(gate) for name, gate in found.items() if not is_open_page(name)} == matrix.lines(
        matrix.CONSOLE
    )
    first = {name for name, gate in found.items() if gate is access.anyone}
    between = {name for name, gate in found.items() if gate in (access.half, access.half_form)}
    assert first == set(matrix.NOBODY_YET.split("\n")) - {""}
    assert between == set(matrix.BETWEEN_PASSWORD_AND_CODE.split("\n")) - {""}
    assert first | between == {name for name in found if is_open_page(name)}


def test_every_route_of_v1_asks_for_the_scope_that_the_matrix_says(app: FastAPI) -> None:
    found = gates_by_prefix(app, "/v1")
    assert found.pop(matrix.WITH_A_CLIENTS_SECRET) is access.client
    expected = {name: (scope,) if scope else () for name, scope in matrix.lines(matrix.V1).items()}
    assert {name: gate.scopes for name, gate in found.items()} == expected  # type: ignore[attr-defined]


def test_what_must_not_be_done_lightly_asks_once_more_who_it_is(app: FastAPI) -> None:
    lightly = {"GET /console/people"}
    heavy = {name for name in matrix.CONSOLE[Permission.MANAGE_PEOPLE].split("\n") if name} - lightly
    for page in ("password", "second-factor"):
        heavy |= {f"GET /console/account/{page}", f"POST /console/account/{page}"}
    heavy |= {"POST /console/account/recovery-codes"}
    heavy |= {name for name in matrix.CONSOLE[Permission.KEEP_PRIVACY].split("\n") if "/people/" in name}
    heavy |= {"POST /console/privacy/find", "POST /console/privacy/holds/{hold_id}/lift"}
    heavy |= {name for name in matrix.CONSOLE[Permission.RELEASE].split("\n") if "/releases" in name}
    fresh = {
        name
        for name, dependant in routes(app)
        if dependant and any(inner.call is access.fresh for inner in dependant.dependencies)
    }
    assert fresh == heavy


def test_pretend_phones_are_for_development(app: FastAPI) -> None:
    found = gates_by_prefix(app, "/handset")
    assert found
    assert set(found.values()) == {access.development_only}


def test_what_is_open_to_everybody_is_a_short_list(app: FastAPI) -> None:
    open_to_all = {name for name, dependant in routes(app) if dependant and access.anyone in gates(dependant)}
    prefixes = {name.split(" ")[1].split("/")[1] for name in open_to_all}
    assert prefixes <= {"chat", "health", "console"}
    assert {name for name in open_to_all if "/console" in name} == set(matrix.NOBODY_YET.split("\n")) - {""}


def test_a_route_without_a_gate_or_with_two_would_be_noticed() -> None:
    inner = APIRouter()

    @inner.get("/none")
    async def none() -> None: ...

    @inner.get("/one", dependencies=[Depends(access.anyone)])
    async def one() -> None: ...

    @inner.get("/token")
    async def token(caller: Annotated[str, Depends(access.service_token(Scope.TASKS_WRITE))]) -> None: ...

    @inner.get("/two", dependencies=[Depends(access.anyone)])
    async def two(current: Annotated[access.Staff, Depends(access.staff)]) -> None: ...

    @inner.get("/nested")
    async def nested(current: Annotated[access.Staff, Depends(access.staff_form)]) -> None: ...

    outer = APIRouter()
    outer.include_router(inner, prefix="/deep")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(outer)
    app.mount("/other", FastAPI())
    assert wrongly_guarded(app) == ["GET /deep/none", "GET /deep/two", " /other"]
