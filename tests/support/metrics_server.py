"""Servers for tests of --metrics-url: one that speaks as vLLM does and works meanwhile, and those that misbehave.

Each is a listening socket on 127.0.0.1 (or the address given) with a thread per connection and no framework, so that what
goes over the wire is what stands here.
"""
import socket
import ssl
import struct
import threading
import time

BOUNDS = ["0.001", "0.005", "0.01", "0.02", "0.04", "0.06", "0.08", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5", "5.0", "+Inf"]


def vllm_text(step, started=1.7869290186212554e9, waiting=3.0):
    """What vLLM prints, `step` seconds later: 100 tokens and 2 requests a second, of which one had its first token within
    0.06 to 0.08 s and one within 0.25 to 0.5 s."""
    label = 'engine="0",model_name="m"'
    lines = ["# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.",
             "# TYPE process_start_time_seconds gauge", f"process_start_time_seconds {started!r}",
             "# TYPE vllm:num_requests_running gauge", f"vllm:num_requests_running{{{label}}} 8.0",
             "# TYPE vllm:num_requests_waiting gauge", f"vllm:num_requests_waiting{{{label}}} {waiting}",
             "# TYPE vllm:kv_cache_usage_perc gauge", f"vllm:kv_cache_usage_perc{{{label}}} {0.1 + 0.001 * step!r}",
             "# TYPE vllm:generation_tokens_total counter", f"vllm:generation_tokens_total{{{label}}} {165293.0 + 100 * step}",
             "# TYPE vllm:generation_tokens_created gauge", f"vllm:generation_tokens_created{{{label}}} {started!r}",
             "# TYPE vllm:num_preemptions_total counter", f"vllm:num_preemptions_total{{{label}}} 0.0",
             "# TYPE vllm:request_success_total counter"]
    for reason, count in (("stop", 2.0 * step), ("length", 600.0)):
        lines.append(f'vllm:request_success_total{{engine="0",finished_reason="{reason}",model_name="m"}} {count}')
    for name, moves in (("time_to_first_token_seconds", True), ("e2e_request_latency_seconds", False)):
        lines.append(f"# TYPE vllm:{name} histogram")
        for bound in BOUNDS:
            # Before the window everything was slow: what the window tells is unlike what all the time tells.
            count = 600.0 if float(bound) >= 5 else 0.0
            if moves:
                count += step * sum(float(bound) >= limit for limit in (0.08, 0.5))
            lines.append(f'vllm:{name}_bucket{{engine="0",le="{bound}",model_name="m"}} {count}')
        lines.append(f"vllm:{name}_count{{{label}}} {600.0 + (2 * step if moves else 0)}")
        lines.append(f"vllm:{name}_sum{{{label}}} {2400.0 + (0.5 * step if moves else 0)}")
    return "\n".join(lines) + "\n"


def answer(body, status="200 OK", kind="text/plain; version=0.0.4; charset=utf-8", more=()):
    body = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


class Server:
    """`serve(connection, number, request)` is called for each connection, `number` counting from 0."""

    def __init__(self, serve, address="127.0.0.1", tls=None, reads_request=True):
        self.serve, self.tls, self.reads_request = serve, tls, reads_request
        self.requests = []
        self.times = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, 0), family=family, backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        number = 0
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection, number), daemon=True).start()
            number += 1

    def handle(self, connection, number):
        self.times.append(time.monotonic())
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            request = b""
            while self.reads_request and b"\r\n\r\n" not in request:
                more = connection.recv(65536)
                if not more:
                    break
                request += more
            self.requests.append(request.decode("latin-1"))
            self.serve(connection, number, request)
        except (OSError, ssl.SSLError):
            pass
        finally:
            try:
                connection.close()
            except OSError:
                pass

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # else the thread in accept() keeps it open
        self.socket.close()


def sends(data):
    return lambda connection, number, request: connection.sendall(data)


def vllm(**options):
    return lambda connection, number, request: connection.sendall(answer(vllm_text(number, **options)))


def hangs(connection, number, request):
    time.sleep(600)


def drips(connection, number, request):
    for byte in answer(vllm_text(number)):
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def floods(connection, number, request):
    """100 MB without saying so beforehand."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
    block = b"# x\n" * 262144
    for _ in range(100):
        connection.sendall(block)


def floods_heads(connection, number, request):
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Header: x\r\n" * 1000000)


def resets(connection, number, request):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stops_halfway(connection, number, request):
    data = answer(vllm_text(number))
    connection.sendall(data[:len(data) // 2])


def wants_token(token):
    def serve(connection, number, request):
        if f"Authorization: Bearer {token}\r\n".encode() in request:
            return connection.sendall(answer(vllm_text(number)))
        connection.sendall(answer("no", status="401 Unauthorized"))

    return serve


def tls_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
