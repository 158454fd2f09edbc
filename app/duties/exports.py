"""The matrix and the tasks as files, as far as somebody sees them."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.address import values_in
from app.core.paging import count
from app.duties import queries
from app.duties.listed import plan_asked
from app.duties.matrix import Matrix, Row, matrix_of
from app.duties.models import Duty, Feedback
from app.duties.queries import TaskSearch
from app.exports.listing import Column, Drawn, Value, register

TASKS = (
    Column("责任单位", width=24),
    Column("分工", width=8),
    Column("任务", width=40),
    Column("方案", width=40),
    Column("条款", width=14),
    Column("配合单位", width=30),
    Column("期限", "day", 14),
    Column("状态", width=10),
    Column("最近反馈", width=60),
    Column("反馈时间", "moment", 18),
)


def draw_matrix(db: Session, actor: User, query: str) -> Drawn:
    """One row per clause, one column per unit or name."""
    policy = plan_asked(db, actor, values_in(query)).policy
    matrix = matrix_of(db, actor, policy) if policy else None
    if matrix is None:
        return Drawn((Column("条款"),), "没有责任矩阵", 0, iter(()))
    head = (Column("条款", width=14), Column("任务", width=40), Column("其他", width=16), Column("目标", width=40))
    columns = (*head, *(Column(column.label, width=12) for column in matrix.columns))
    return Drawn(columns, matrix.policy.title, len(matrix.rows), (_matrix_row(matrix, row) for row in matrix.rows))


def _matrix_row(matrix: Matrix, row: Row) -> tuple[Value, ...]:
    parts = [row.cells[column.key].part.label if column.key in row.cells else "" for column in matrix.columns]
    return row.clause.path, row.clause.task, row.clause.others, "；".join(map(str, row.targets)), *parts


def draw_tasks(db: Session, actor: User, query: str) -> Drawn:
    """The rows of a page of tasks."""
    found = queries.tasks(actor, TaskSearch.read_address(query))
    duties = list(db.scalars(found))
    said = queries.latest(db, (duty.id for duty in duties))
    return Drawn(TASKS, "任务", count(db, found), (_task(duty, said.get(duty.id)) for duty in duties))


def _task(duty: Duty, said: Feedback | None) -> tuple[Value, ...]:
    return (
        duty.unit.name if duty.unit else duty.name,
        duty.part.label,
        duty.clause.task,
        duty.clause.policy.title,
        duty.clause.path,
        "、".join(unit.name for unit in duty.helpers),
        duty.due_on,
        "已逾期" if duty.is_overdue else duty.state.label,
        said.words if said else "",
        said.made_at if said else None,
    )


MATRIX = register("duty-matrix", "责任矩阵", permission="duty:read", draw=draw_matrix)
DUTIES = register("duties", "任务", permission="duty:read", draw=draw_tasks)
