#!/usr/bin/python3
"""Stands in for an inference server in the guest: a main process with an engine child, some resident memory, threads that
compute in bursts. It answers nothing; it only has to be seen. `stand_in_server.py serve MODEL …`"""
import os
import sys
import threading
import time


def burst_forever(share):
    while True:
        end = time.monotonic() + 0.05 * share
        while time.monotonic() < end:
            pass
        time.sleep(0.05 * (1 - share))


def touch(mebibytes):
    block = bytearray(mebibytes * 1024 * 1024)
    for at in range(0, len(block), 4096):
        block[at] = 1
    return block


def set_name(name):
    with open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write(name)


engine = os.fork() == 0
set_name("VLLM::EngineCor" if engine else "vllm")
memory = touch(160 if engine else 40)
for share in (0.6, 0.5) if engine else (0.6,):
    threading.Thread(target=burst_forever, args=(share,), daemon=True).start()
if not engine:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
while True:
    time.sleep(1)
