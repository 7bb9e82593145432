"""A healthy inference node of two sockets, made up whole: every file and every output that a collection of it would hold.

`Plan` says in a few numbers how the node is; `build` writes it down as the kernel and the tools would. A fault changes the plan, so
that every file that would show it does, or a single text where only one would.
"""
from devices import add_interrupts, add_nic, add_pci
from gpus import add_gpus
from groups import add_control_groups, add_kubelet, add_units
from machine import add_counters, add_frequency, add_kernel, add_topology
from node import Command, Node
from servers import add_servers


def build(plan):
    node = Node()
    for add in (add_topology, add_frequency, add_kernel, add_counters, add_pci, add_nic, add_interrupts, add_gpus, add_servers,
                add_control_groups, add_units, add_kubelet):
        add(node, plan)
    for name, (kind, text) in plan.perf_texts.items():
        node.commands[name] = Command([], text, kind=kind, only_saved=True)
    node.cost_seconds = plan.cost_seconds
    return node
