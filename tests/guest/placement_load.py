#!/usr/bin/python3
"""A load with threads that really run side by side and memory that each of them owns, for the guest: four threads, each with a
block of its own that it reads again and again. zlib computes without Python's lock. `placement_load.py MEBIBYTES`"""
import sys
import threading
import time
import zlib


def work(mebibytes):
    block = bytearray(mebibytes * 1024 * 1024)
    for at in range(0, len(block), 4096):
        block[at] = 1
    step = 1024 * 1024
    while True:
        for at in range(0, len(block), step):
            zlib.crc32(memoryview(block)[at:at + step])
        time.sleep(0.002)


for _ in range(4):
    threading.Thread(target=work, args=(int(sys.argv[1]),), daemon=True).start()
while True:
    time.sleep(1)
