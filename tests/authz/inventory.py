"""Every route as the running application serves it, with its gate; anything of an unknown kind fails."""

import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.accounts.gate import Gate, check_gates, every_route, gates_of
from app.accounts.permissions import POLICY, Role

PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    name: str
    gate: Gate

    @property
    def parameters(self) -> list[str]:
        return PARAMETER.findall(self.path)

    @property
    def changes(self) -> bool:
        return self.method not in {"GET", "HEAD"}

    def address(self, values: dict[str, str]) -> str:
        return PARAMETER.sub(lambda found: values[found[1]], self.path)

    def __str__(self) -> str:
        """The line of the matrix that a person reads: who may do it, and how far."""
        power = " ".join(
            f"{role.code}={scope.code}" for role, scope in sorted(self._scopes(), key=lambda each: each[0].code)
        )
        return f"{self.method:<4} {self.path}  [{self.name}]  {self.gate.permission}  {power or 'anyone'}"

    def _scopes(self) -> list[tuple[Role, object]]:
        return [] if self.gate.public else list(POLICY[self.gate.permission].items())


def inventory(app: FastAPI) -> list[Route]:
    check_gates(app)
    found = [
        Route(method, context.path, context.name or "", gates_of(context)[0])
        for context in every_route(app)
        if isinstance(context.original_route, APIRoute)
        for method in sorted((context.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda route: (route.path, route.method))


def printed(routes: list[Route]) -> str:
    return "".join(f"{route}\n" for route in routes)
