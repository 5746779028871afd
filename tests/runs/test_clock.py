from expansion.runs.clock import Step, Stopwatch, peak_rss_mb


def test_stages_last_until_the_next_begins_and_are_reported():
    seen: list[Step] = []
    watch = Stopwatch(seen.append)
    watch.stage("read_inputs")
    watch.follow("find_eligible", 0, 2)
    watch.follow("build_graph", 1, 2)
    watch.stage("save_plan")
    times = watch.finish()
    assert [(step.stage, step.done, step.total) for step in seen] == [
        ("read_inputs", 0, 1),
        ("find_eligible", 1, 4),
        ("build_graph", 2, 4),
        ("save_plan", 3, 4),
        ("done", 4, 4),
    ]
    assert list(times["stages"]) == ["read_inputs", "find_eligible", "build_graph", "save_plan"]
    assert sum(times["stages"].values()) <= times["total_seconds"] + 0.01


def test_memory_is_that_of_this_process_at_least():
    assert peak_rss_mb() > 50
