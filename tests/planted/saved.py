"""Texts that somebody measured and saved: only an import brings them."""

# Loads have four counters, so five events share them (Intel, Ice Lake).
DRAM_TEXT = """# started on Sat Nov 21 08:00:00 2026


 Performance counter stats for 'system wide':

   400,000,000,000      mem_load_retired.l1_hit                                                 (80.02%)
     9,000,000,000      mem_load_retired.l2_hit                                                 (80.02%)
     3,000,000,000      mem_load_retired.l3_hit                                                 (80.01%)
{near:>18,}      mem_load_l3_miss_retired.local_dram                                        (80.01%)
{far:>18,}      mem_load_l3_miss_retired.remote_dram                                       (80.01%)

      30.001603371 seconds time elapsed

"""

SOCKETS_TEXT = """# started on Sat Nov 21 08:00:00 2026


 Performance counter stats for 'system wide':

S0        8       240,000.10 msec task-clock                       #    8.000 CPUs utilized
S0        8  131,000,000,000      cycles                           #    0.545 GHz
S0        8  180,000,000,000      instructions                     #    1.37  insn per cycle
S1        8       240,000.20 msec task-clock                       #    8.000 CPUs utilized
S1        8  131,000,000,000      cycles                           #    0.545 GHz
S1        8  {second:>15}      instructions                     #    1.35  insn per cycle

      30.001603371 seconds time elapsed

"""

C2C_TEXT = """=================================================
            Trace Event Information
=================================================
  Total records                     :     120000
  Load Operations                   :      60000
  Load Local HITM                   :         90
  Load Remote HITM                  : {hitm:>10}
  Load LLC Misses                   :       1000
"""

LATENCY_TEXT = """
 -------------------------------------------------------------------------------------------------------------------------------------------
  Task                  |   Runtime ms  |  Count   | Avg delay ms    | Max delay ms    | Max delay start           | Max delay end          |
 -------------------------------------------------------------------------------------------------------------------------------------------
  VLLM::EngineCor:2020  |  24300.112 ms |    26000 | avg:   {average:.3f} ms | max:   {longest:.3f} ms | max start: 259210.314960 s | max end: 259210.316029 s
  irqbalance:700        |      0.372 ms |       13 | avg:   0.008 ms | max:   0.013 ms | max start: 259211.551153 s | max end: 259211.551166 s
 -----------------------------------------------------------------------------------------------------------------
  TOTAL:                |  24300.484 ms |    26013 |
 ---------------------------------------------------

"""


def saved_texts(near=1_200_000_000, far=20_000_000, second="178,000,000,000", hitm=15, average=0.02, longest=2.1):
    return {"perf-dram": ("perf-stat-text", DRAM_TEXT.format(near=near, far=far)),
            "perf-sockets": ("perf-stat-text", SOCKETS_TEXT.format(second=second)),
            "perf-c2c": ("perf-c2c", C2C_TEXT.format(hitm=hitm)),
            "perf-latency": ("perf-sched-latency", LATENCY_TEXT.format(average=average, longest=longest))}


def measured(**values):
    def change(plan):
        plan.perf_texts = saved_texts(**values)
    return change
