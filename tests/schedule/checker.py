"""Check a finished schedule day by day from its tables alone; nothing of the schedule room is imported."""

import datetime as dt
from collections import defaultdict

DAY = dt.timedelta(days=1)


def is_worked(study, calendar, date):
    rules = study.schedule.calendar
    if calendar == "calendar":
        return True
    if date.isoweekday() not in rules.workdays or date in rules.holidays:
        return False
    closure = rules.winter_closure
    if closure is None or calendar not in closure.methods:
        return True
    text = date.isoformat()[5:]
    inside = closure.start <= text <= closure.end
    return not (inside if closure.start <= closure.end else text >= closure.start or text <= closure.end)


def days_worked(study, task, start):
    """Days that a task works when it starts on `start`; None where that day is not worked."""
    if not is_worked(study, task.calendar, start):
        return None
    days, date = [], start
    while len(days) < task.duration_days:
        if is_worked(study, task.calendar, date):
            days.append(date)
        date += DAY
    return days


def points(task, start, days):
    return {"S": start, "F": days[-1] + DAY if days else start}


class Checker:
    """A schedule read from its tables."""

    def __init__(self, study, schedule):
        self.study = study
        self.tasks = {task.task_id: task for task in schedule.tasks.itertuples()}
        self.start = {name: dt.date.fromisoformat(task.start) for name, task in self.tasks.items()}
        self.days = {name: days_worked(study, task, self.start[name]) for name, task in self.tasks.items()}
        self.points = {name: points(task, self.start[name], self.days[name]) for name, task in self.tasks.items()}
        self.into = defaultdict(list)
        for link in schedule.links.itertuples():
            self.into[link.successor_id].append(link)
        self.load = defaultdict(int)
        for name, task in self.tasks.items():
            for day in self.days[name] if task.crew_count else ():
                self.load[task.crew_kind, day] += task.crew_count

    def breaches(self):
        """Tasks with wrong dates, links that are not kept, crews over their number, dangling tasks."""
        counts = self.study.schedule.crew_counts()
        found = [f"crew {key}" for key, used in self.load.items() if used > counts[key[0]]]
        follows = {link.predecessor_id for links in self.into.values() for link in links}
        for name, task in self.tasks.items():
            last = self.days[name][-1] if self.days[name] else self.start[name]
            if task.finish != last.isoformat() or task.start < task.not_before:
                found.append(f"dates {name}")
            if not self.keeps(name, self.points[name]):
                found.append(f"link into {name}")
            if (name not in follows) != (name == "program-finish") or (name not in self.into) != (
                name == "program-start"
            ):
                found.append(f"dangling {name}")
        return found

    def keeps(self, name, mine):
        """Whether every link into a task holds."""
        for link in self.into.get(name, ()):
            before = self.points[link.predecessor_id]["S" if link.kind[0] == "S" else "F"]
            if mine["S" if link.kind[1] == "S" else "F"] < before + link.lag_days * DAY:
                return False
        return True

    def movable(self):
        """Tasks that could start on an earlier day of their calendar, everything else fixed (60 days are tried)."""
        return [name for name in self.tasks if any(self._fits(name, back) for back in range(1, 60))]

    def _fits(self, name, back):
        task, start = self.tasks[name], self.start[name] - back * DAY
        days = days_worked(self.study, task, start)
        if days is None or start.isoformat() < task.not_before or not self.keeps(name, points(task, start, days)):
            return False
        room = self.study.schedule.crew_counts().get(task.crew_kind, 0)
        own = set(self.days[name])
        return (
            all(
                self.load[task.crew_kind, day] - (day in own) * task.crew_count + task.crew_count <= room
                for day in days
            )
            or not task.crew_count
        )
