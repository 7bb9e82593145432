"""Results of a load generator that somebody saved: ten runs as `vllm bench serve --save-detailed --append-result` writes them, and what spoils them."""
import json

REQUESTS = 400
RATE = 10.0


def percentile(values, p):
    """Linear, as numpy has it."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * p / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def stated(name, values):
    mean = sum(values) / len(values)
    return {f"mean_{name}_ms": 1e3 * mean, f"median_{name}_ms": 1e3 * percentile(values, 50),
            f"std_{name}_ms": 1e3 * (sum((x - mean) ** 2 for x in values) / len(values)) ** 0.5,
            f"p95_{name}_ms": 1e3 * percentile(values, 95), f"p99_{name}_ms": 1e3 * percentile(values, 99)}


def run(number, requests=REQUESTS, tokens=21, slow_start=0, growth=0.0, failed=0, seconds=None, concurrency=None, wrong_p99=1.0):
    """One run: `slow_start` first requests take three times as long, each takes `growth` seconds longer than the one before."""
    starts = [100.0 + i / RATE for i in range(requests)]
    # A scatter without a trend, and the same in every run but for its place.
    ttfts = [(0.1 + 0.002 * ((7 * (i + number)) % 11)) * (3 if i < slow_start else 1) + growth * i for i in range(requests)]
    itls = [[0.02 + growth * i / tokens] * (tokens - 1) for i in range(requests)]
    errors = ["" for _ in range(requests)]
    for i in range(failed):
        errors[50 + i], ttfts[50 + i], itls[50 + i] = "TimeoutError", 0.0, []
    answered = [i for i in range(requests) if not errors[i]]
    ends = {i: ttfts[i] + sum(itls[i]) for i in answered}
    seconds = seconds or requests / RATE * 1.005
    result = {"date": "20261121-080000", "endpoint_type": "openai-chat", "backend": "openai-chat", "label": None, "model_id": "example/model",
              "tokenizer_id": "example/model", "num_prompts": requests, "request_rate": "inf" if concurrency else RATE, "burstiness": 1.0,
              "max_concurrency": concurrency, "duration": seconds, "completed": len(answered), "failed": failed,
              "total_input_tokens": 200 * len(answered), "total_output_tokens": tokens * len(answered),
              "request_throughput": len(answered) / seconds, "request_goodput": None, "output_throughput": tokens * len(answered) / seconds,
              **stated("ttft", [ttfts[i] for i in answered]), **stated("e2el", [ends[i] for i in answered]),
              **stated("tpot", [(ends[i] - ttfts[i]) / (tokens - 1) for i in answered]),
              "input_lens": [200] * requests, "output_lens": [0 if errors[i] else tokens for i in range(requests)], "start_times": starts,
              "ttfts": ttfts, "itls": itls, "errors": errors}
    result["p99_ttft_ms"] *= wrong_p99
    return json.dumps(result)


def benched(runs=10, odd=None, **values):
    """A change of the plan: so many runs, all with `values`; the third with `odd` instead."""
    def change(plan):
        text = "\n".join(run(number, **(odd if odd and number == 2 else values)) for number in range(runs))
        plan.perf_texts = plan.perf_texts | {"bench-serve": ("bench-vllm-json", text + "\n")}
    return change
