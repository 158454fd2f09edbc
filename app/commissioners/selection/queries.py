"""Reading rounds, candidates, their steps and objections."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.commissioners.selection.models import Candidate, CandidateState, CandidateStep, Objection, SelectionRound

COUNTED = (CandidateState.PUBLIC, CandidateState.APPOINTED)


def rounds() -> sa.Select[SelectionRound]:
    """Every round, the latest first."""
    return sa.select(SelectionRound).order_by(SelectionRound.id.desc())


def round_with(db: Session, number: int) -> SelectionRound | None:
    wanted = sa.select(SelectionRound).where(SelectionRound.id == number)
    return db.scalar(wanted.options(selectinload(SelectionRound.candidates)))


def round_called(db: Session, name: str) -> SelectionRound | None:
    return db.scalar(sa.select(SelectionRound).where(SelectionRound.name == name))


def state_counts(db: Session, ids: list[int]) -> Mapping[tuple[int, CandidateState], int]:
    """(round, state) → how many candidates."""
    counted = sa.select(Candidate.round_id, Candidate.state, sa.func.count().label("people"))
    rows = db.execute(counted.where(Candidate.round_id.in_(ids)).group_by(Candidate.round_id, Candidate.state))
    return {(row.round_id, row.state): row.people for row in rows}


def candidate_with(db: Session, number: int) -> Candidate | None:
    """A candidate with the round, every step and every objection."""
    steps = selectinload(Candidate.steps).joinedload(CandidateStep.taken_by)
    wanted = sa.select(Candidate).where(Candidate.id == number)
    return db.scalar(
        wanted.options(
            joinedload(Candidate.round), joinedload(Candidate.commissioner), steps, selectinload(Candidate.objections)
        )
    )


def namesake(db: Session, round_id: int, name: str, institution: str) -> Candidate | None:
    same = Candidate.round_id == round_id, Candidate.name == name, Candidate.institution == institution
    return db.scalar(sa.select(Candidate).where(*same).limit(1))


def places_taken(db: Session, round_id: int) -> int:
    """How many of a round's places are given, or about to be."""
    counted = sa.select(sa.func.count()).select_from(Candidate)
    return db.scalar(counted.where(Candidate.round_id == round_id, Candidate.state.in_(COUNTED))) or 0


def objections_of(db: Session, candidate_id: int) -> list[Objection]:
    return list(db.scalars(sa.select(Objection).where(Objection.candidate_id == candidate_id).order_by(Objection.id)))


def objection_with(db: Session, candidate: Candidate, number: int) -> Objection | None:
    """An objection to this very candidate."""
    return db.scalar(sa.select(Objection).where(Objection.id == number, Objection.candidate_id == candidate.id))
