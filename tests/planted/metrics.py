"""What the servers count about themselves, as /metrics gives it every second of a collection's window."""
from plan import WINDOW

EVERY = 5  # seconds between the readings written down: enough for a growth


def exposition(service, plan, at):
    """The text of one server at a second of the window, in its own names, and those of the async runtime of its front end (tokio)."""
    polls = 40_000 * (5000 + at)
    steals = int(polls * plan.steal_share)
    waiting = plan.waiting_requests
    labels = f'model_name="llm",engine="{service.index}"'
    runtime = (f"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1.79e+09\n"
               f"# TYPE tokio_workers_count gauge\ntokio_workers_count 4\n"
               f"# TYPE tokio_total_steal_operations counter\ntokio_total_steal_operations {steals}\n"
               f"# TYPE tokio_total_polls_count counter\ntokio_total_polls_count {polls}\n")
    if service.command != "vllm":
        return runtime + (f"# TYPE llamacpp:requests_processing gauge\nllamacpp:requests_processing 4\n"
                          f"# TYPE llamacpp:requests_deferred gauge\nllamacpp:requests_deferred {waiting}\n")
    return (runtime +
            f"# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{{{labels}}} 24.0\n"
            f"# TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting{{{labels}}} {waiting}.0\n"
            f"# TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc{{{labels}}} 0.42\n"
            f"# TYPE vllm:generation_tokens counter\nvllm:generation_tokens_total{{{labels}}} {900 * (5000 + at)}\n")


def add_metrics(node, plan):
    endpoints = []
    for number, service in enumerate(plan.services, 1):
        path = f"metrics/{number}"
        node.scrapes[path] = {at: exposition(service, plan, at) for at in range(0, WINDOW + 1, EVERY)}
        endpoints.append({"path": path, "url": f"http://127.0.0.1:{service.port}/metrics", "addresses": ["127.0.0.1"], "every": 1,
                          "answered": WINDOW + 1, "bytes": 900, "slowest_ms": 4, "failures": []})
    if endpoints:
        node.probes["metrics-scrape"] = {"interval_ms": 1000, "deadline_ms": 900, "endpoints": endpoints}
