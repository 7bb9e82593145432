"""A healthy inference node of two sockets, made up whole: every file and every output that a collection of it would hold.

`Plan` says in a few numbers how the node is; `build` writes it down as the kernel and the tools would. A fault changes the plan, so
that every file that would show it does, or a single text where only one would.
"""
from devices import add_pci
from frequency import add_frequency
from gpus import add_gpus
from groups import add_control_groups, add_kubelet, add_units
from kernel import add_counters, add_kernel
from machine import add_firmware, add_memory, add_memory_errors, add_resctrl, add_topology
from metrics import add_metrics
from network import add_interrupts, add_nics, add_stack
from node import Command, Node
from servers import add_servers

FAMILIES = (add_topology, add_memory, add_firmware, add_memory_errors, add_resctrl, add_frequency, add_kernel, add_counters, add_pci,
            add_nics, add_interrupts, add_stack, add_gpus, add_servers, add_metrics, add_control_groups, add_units, add_kubelet)


def build(plan):
    node = Node()
    for add in FAMILIES:
        add(node, plan)
    for name, (kind, text) in plan.perf_texts.items():
        node.commands[name] = Command([], text, kind=kind, only_saved=True)
    node.cost_seconds = plan.cost_seconds
    return node
