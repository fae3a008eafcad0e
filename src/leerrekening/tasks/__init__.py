"""What is done in the background. Each task may be done twice without harm: a worker can die before it says "done".

`TASKS` are the tasks by name, as `jobs.defer` names them. Those with `every` come round by themselves.
"""

from typing import Final

from leerrekening.jobs.work import Task
from leerrekening.tasks import balances, counting, helping, people, registers, trust

TASKS: Final[dict[str, Task]] = {
    task.name: task
    for task in (
        *balances.TASKS,
        *counting.TASKS,
        *helping.TASKS,
        *people.TASKS,
        *registers.TASKS,
        *trust.TASKS,
    )
}
