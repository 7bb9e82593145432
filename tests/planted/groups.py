"""Control groups, the units that own them, and the kubelet."""
from kernel_text import as_list, pressure
from node import Command
from plan import BOOTED, PAGE, WINDOW

MACHINE_UNITS = ["-.slice", "init.scope", "system.slice", "user.slice", "irqbalance.service", "tuned.service"]


def add_control_groups(node, plan):
    files = node.files
    root = "sys/fs/cgroup"
    files[root + "/cgroup.controllers"] = "cpuset cpu io memory hugetlb pids rdma misc\n"
    members, machine = {}, {}
    for service in plan.services:
        path = ""
        for part in service.group.split("/")[1:]:
            path += "/" + part
            members.setdefault(path, []).append(service)
    for path in ("/init.scope", "/system.slice", "/user.slice"):
        if path not in members:
            machine[path] = sum(other.share for other in plan.others if f"{other.group}/".startswith(path + "/")) + 0.02
    for other in plan.others:
        if other.group.count("/") > 1 and other.group.rpartition("/")[0] in members:
            machine[other.group] = other.share
    for path in ["", *sorted(members)]:
        here = root + path + "/"
        own = next((s for s in members.get(path, []) if s.group == path), None)
        quota = own.quota if own else None
        used = sum(service.busy() for service in members.get(path, plan.services))
        cpus = own.effective_cpus() if own else "0-15"
        mems = own.effective_mems() if own else as_list(plan.node_ids())
        if own and not own.allowed_mems:
            mems = as_list(plan.node_ids())

        def cpu_stat(at, own=own, quota=quota, used=used):
            periods = 10 * (1000 + at) if quota else 0
            stopped = int(periods * own.throttled) if own else 0
            return f"{usage(used, at)}nr_periods {periods}\nnr_throttled {stopped}\nthrottled_usec {stopped * 20000}\n"

        node.samples[here + "cpu.stat"] = {at: cpu_stat(at) for at in range(WINDOW + 1)}
        shares = own.pressure if own else {"cpu": (0.002, 0.0), "memory": (0.0, 0.0), "io": (0.0, 0.0)}
        for resource, (some, full) in shares.items():
            node.samples[f"{here}{resource}.pressure"] = {at: pressure(int(some * 1e6 * (1000 + at)),
                                                                       int(full * 1e6 * (1000 + at))) for at in (0, WINDOW)}
        files[here + "cpuset.cpus.effective"] = cpus + "\n"
        files[here + "cpuset.mems.effective"] = mems + "\n"
        anon = {id: PAGE * sum(s.pages[name].get(id, 0) for s in members.get(path, plan.services) for _, name in s.processes()) for id in plan.node_cpus}
        node.samples[here + "memory.numa_stat"] = {at: "anon " + " ".join(f"N{id}={size}" for id, size in anon.items()) + "\nfile N0=4096000 N1=0\nshmem N0=0 N1=0\n" for at in (0, WINDOW)}
        files[here + "memory.stat"] = f"anon {sum(anon.values())}\nfile 4096000\nkernel 1000000\nshmem 0\n"
        if not path:
            continue
        files.update({here + "cpuset.cpus": (own.allowed_cpus if own else "") + "\n",
                      here + "cpuset.mems": (own.allowed_mems if own else "") + "\n", here + "cpuset.cpus.partition": "member\n",
                      here + "cpu.max": (f"{int(quota * 100000)} 100000" if quota else "max 100000") + "\n",
                      here + "cpu.max.burst": "0\n", here + "cpu.weight": "100\n", here + "cpu.idle": "0\n",
                      here + "io.weight": "default 100\n", here + "memory.current": f"{sum(anon.values()) + 5096000}\n",
                      here + "memory.min": "0\n", here + "memory.low": "0\n", here + "memory.high": "max\n",
                      here + "memory.max": "max\n", here + "memory.swap.current": f"{own.swapped_kib * 1024 if own else 0}\n",
                      here + "memory.swap.max": "max\n", here + "pids.current": "40\n", here + "pids.max": "max\n"})
        growth = {name: sum(s.memory_events.get(name, 0) for s in members[path]) for name in ("low", "high", "max", "oom", "oom_kill")}
        node.samples[here + "memory.events"] = {at: "".join(f"{name} {growth.get(name, 0) if at else 0}\n" for name in ("low", "high", "max", "oom", "oom_kill", "oom_group_kill")) for at in (0, WINDOW)}


    for path, used in machine.items():
        add_machine_group(node, plan, root + path + "/", used)


def usage(used, at):
    return "".join(f"{name} {int(share * used * 1e6) * (1000 + at)}\n" for name, share in (("usage_usec", 1.0), ("user_usec", 0.8),
                                                                                        ("system_usec", 0.2)))


def add_machine_group(node, plan, here, used):
    """What lies beside the groups of the servers: read as far as it competes for CPUs."""
    node.samples[here + "cpu.stat"] = {at: f"{usage(used, at)}nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n" for at in (0, WINDOW)}
    node.files.update({here + "cpuset.cpus": plan.housekeeping + "\n",
                       here + "cpuset.cpus.effective": (plan.housekeeping or "0-15") + "\n", here + "cpu.weight": "100\n",
                       here + "cpu.idle": "0\n"})


def shown_unit(service):
    return (f"Type=exec\nRestart=on-failure\nNRestarts=0\nMainPID={service.pid()}\n"
            f"ExecMainStartTimestamp=Thu 2026-11-19 08:01:00 UTC\nExecMainStartTimestampMonotonic=60000000\n"
            f"ExecStart={{ path=/opt/vllm/bin/vllm ; argv[]={service.exec_start}/opt/vllm/bin/vllm "
            f"serve /models/llm --port {service.port} ; ignore_errors=no ; start_time=[n/a] "
            f"; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }}\n"
            f"Slice=inference.slice\nControlGroup={service.group}\nMemoryCurrent=2000000000\nTasksCurrent=40\n"
            f"EffectiveCPUs={shown_set(service.effective_cpus())}\nEffectiveMemoryNodes={shown_set(service.effective_mems())}\n"
            f"Delegate=no\nCPUWeight=[not set]\n"
            f"CPUQuotaPerSecUSec={'infinity' if not service.quota else str(service.quota) + 's'}\n"
            f"AllowedCPUs={shown_set(service.allowed_cpus)}\nAllowedMemoryNodes={shown_set(service.allowed_mems)}\n"
            f"MemoryHigh=infinity\nMemoryMax=infinity\nLimitNOFILE={service.nofile}\nLimitNOFILESoft={service.nofile}\n"
            f"LimitMEMLOCK={service.memlock or 'infinity'}\nCPUSchedulingPolicy={service.scheduling[0]}\nCPUSchedulingPriority={service.scheduling[1]}\n"
            f"CPUAffinity={service.cpu_affinity}\nNUMAPolicy=n/a\nNUMAMask=\nNice={service.nice}\nOOMScoreAdjust=0\n"
            f"Id={service.unit}\nDescription=LLM server, instance {service.index}\nLoadState=loaded\nActiveState=active\n"
            f"SubState=running\n"
            f"FragmentPath=/etc/systemd/system/vllm@.service\nDropInPaths=/etc/systemd/system/{service.unit}.d/placement.conf\n"
            f"UnitFileState=enabled\nNeedDaemonReload={service.need_reload}\nTransient=no\n")


def shown_set(text):
    """A set of CPUs or nodes as systemctl shows it."""
    return text.replace(",", " ")


def plain_unit(name, cpus=""):
    return (f"ControlGroup=/{name}\nAllowedCPUs={shown_set(cpus)}\nAllowedMemoryNodes=\n"
            f"EffectiveCPUs={shown_set(cpus or '0-15')}\nEffectiveMemoryNodes=0-1\n"
            f"CPUWeight=[not set]\nId={name}\nDescription={name}\nLoadState=loaded\n"
            "ActiveState=active\nSubState=active\nNeedDaemonReload=no\nTransient=no\n")


def add_units(node, plan):
    served = list({service.unit: service for service in reversed(plan.services) if service.group.startswith("/inference.slice/")}.values())[::-1]
    above = sorted({part for service in plan.services for part in service.group.split("/")[1:]
                    if not part.endswith(".service") and part not in MACHINE_UNITS})
    slices = [plain_unit(name) for name in above]
    texts, times = "", ""
    for service in served:
        texts += (f"# /etc/systemd/system/vllm@.service\n[Unit]\nDescription=LLM server, instance %i\n"
                  f"After=network-online.target\n\n[Service]\nType=exec\n"
                  f"ExecStart={service.exec_start}/opt/vllm/bin/vllm serve /models/llm --port {service.port}\n"
                  f"Restart=on-failure\nLimitNOFILE={service.nofile}\n\n# /etc/systemd/system/{service.unit}.d/placement.conf\n"
                  f"[Service]\nAllowedCPUs={service.allowed_cpus}\nAllowedMemoryNodes={service.allowed_mems}\n"
                  + (f"CPUAffinity={service.cpu_affinity}\n" if service.cpu_affinity else "") + (f"CPUQuota={int(service.quota * 100)}%\n" if service.quota else "") + "\n")
        times += f"{service.unit_changed}.0000000000 /etc/systemd/system/{service.unit}.d/placement.conf\n"
    times += f"{BOOTED - 90000}.0000000000 /etc/systemd/system/vllm@.service\n"
    node.commands["systemctl-show"] = Command(["systemctl", "show", "--no-pager", "--", *(s.unit for s in served), *above],
                                              "\n".join([shown_unit(s) for s in served] + slices), kind="systemd")
    if served:
        node.commands["systemctl-cat"] = Command(["systemctl", "cat", "--no-pager", "--", *(s.unit for s in served)], texts,
                                                 kind="systemd-unit")
    node.commands["systemctl-show-node"] = Command(["systemctl", "show", "--no-pager", "--", *MACHINE_UNITS], "\n".join(
        plain_unit(name, "" if name == "-.slice" or any(f"/{name}/" in service.group for service in plan.services) else
                   plan.housekeeping) for name in MACHINE_UNITS))
    node.commands["systemctl-list-timers"] = Command(["systemctl", "list-timers", "--all", "--no-pager"],
        "NEXT                        LEFT       LAST                        PASSED  UNIT                         ACTIVATES\n"
        "Sun 2026-11-22 00:00:00 UTC 15h left   Sat 2026-11-21 00:00:00 UTC "
                                                     "8h ago  logrotate.timer              logrotate.service\n\n"
                                                     "1 timers listed.\n")
    node.commands["unit-file-times"] = Command(["find", "/etc/systemd/system", "-printf", "%T@ %p\\n"], times)
    node.files["etc/systemd/system.conf"] = "[Manager]\n#CPUAffinity=\n"


def add_kubelet(node, plan):
    if plan.kubelet is None:
        return
    settings = {"cpuManagerPolicy": "static", "topologyManagerPolicy": "single-numa-node", "topologyManagerScope": "pod",
                "memoryManagerPolicy": "Static", **plan.kubelet}
    node.files["var/lib/kubelet/config.yaml"] = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupDriver: systemd\n" + "".join(f"{name}: {value}\n" for name, value in settings.items()) + "reservedSystemCPUs: 0,4,8,12\n"
    node.commands["ps-kubelet"] = Command(["ps", "-C", "kubelet", "-ww", "-o", "args="],
                                          "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n")
