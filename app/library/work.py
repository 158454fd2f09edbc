"""The job that takes a text in: opened and read without a transaction, written down in one step."""

from sqlalchemy.orm import Session, undefer

from app.core import db as database
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.library import taking
from app.library.models import Intake, IntakeState


def _refuse(db: Session, job: Job) -> None:
    """The paste stays where it can be mended; a file has to be chosen anew."""
    intake = db.get_one(Intake, job.arguments["intake"])
    intake.state, intake.refusal, intake.content = IntakeState.REFUSED, job.said, None
    job.outcome = {"route": "policies.intake", "parameters": {"intake_id": intake.id}, "label": "改好后再收入"}


@register(taking.TAKE_IN, "收入文件", permission="policy:write", given_up=_refuse)
def take_in(run: Run) -> None:
    """Read a paste or a file; an attempt that was broken off is begun anew."""
    run.say("正在读取正文，找出条款、目标、职责和奖补。")
    with database.reading() as db:
        intake = _intake(db, run)
    taken = taking.open_intake(intake)
    with run.step() as (db, job):
        text = taking.keep(db, run.owner(db), _intake(db, run), taken)
        said = f"已读入《{text.policy.title}》，请逐条核对。"
        jobs.finish(job, said, route="policies.show", parameters={"policy_id": text.policy_id}, label="逐条核对")


def _intake(db: Session, run: Run) -> Intake:
    whole = [undefer(Intake.words), undefer(Intake.content)]
    return db.get_one(Intake, run.arguments["intake"], options=whole)
