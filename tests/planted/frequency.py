"""Frequency and idle control, and who sets it."""
from node import Command
from plan import UPTIME, WINDOW

# idle states: name, exit latency and target residency in us; the deep one is switched off
IDLE_STATES = {"intel": [("POLL", 0, 0), ("C1", 1, 1), ("C1E", 4, 4), ("C6", 170, 600)],
               "amd": [("POLL", 0, 0), ("C1", 1, 2), ("C2", 400, 800)]}


def add_frequency(node, plan):
    if plan.is_vm:
        node.not_there["/sys/devices/system/cpu/cpufreq/policy*/scaling_driver"] = "frequency"
    else:
        add_policies(node, plan)
        add_idle_states(node, plan)
    if plan.maker == "intel" and not plan.is_vm:
        add_thermal_counters(node, plan)
    add_managers(node, plan)


def add_policies(node, plan):
    files = node.files
    root = "sys/devices/system/cpu/"
    is_active = plan.driver in ("intel_pstate", "amd-pstate-epp")  # then powersave follows load
    for cpu in range(16):
        here = f"{root}cpufreq/policy{cpu}/"
        pinned = plan.governors[cpu] == "powersave" and not is_active
        files.update({here + "affected_cpus": f"{cpu}\n", here + "scaling_driver": plan.driver + "\n",
                      here + "scaling_governor": plan.governors[cpu] + "\n",
                      here + "scaling_available_governors": "performance powersave\n" if is_active else
                      "conservative ondemand userspace powersave performance schedutil\n",
                      here + "scaling_min_freq": "800000\n", here + "scaling_max_freq": f"{plan.max_khz[cpu]}\n",
                      here + "cpuinfo_min_freq": "800000\n", here + "cpuinfo_max_freq": "3500000\n",
                      here + "scaling_cur_freq": f"{800000 if pinned else plan.max_khz[cpu]}\n"})
        if plan.epp:
            files[here + "energy_performance_preference"] = plan.epp + "\n"
            files[here + "energy_performance_available_preferences"] = "default performance balance_performance balance_power power\n"
        if plan.maker == "intel":
            files[here + "base_frequency"] = "2900000\n"
    if plan.maker == "intel":
        here = root + "intel_pstate/"
        files.update({here + "status": "active\n" if is_active else "passive\n", here + "no_turbo": f"{1 - plan.boost}\n",
                      here + "max_perf_pct": "100\n", here + "min_perf_pct": "22\n"})
    else:
        files[root + "cpufreq/boost"] = f"{plan.boost}\n"


def add_idle_states(node, plan):
    root = "sys/devices/system/cpu/"
    node.files[root + "cpuidle/current_driver"] = "intel_idle\n" if plan.maker == "intel" else "acpi_idle\n"
    node.files[root + "cpuidle/current_governor"] = "menu\n"
    states = IDLE_STATES[plan.maker]
    for cpu in range(16):
        for number, (name, latency, residency) in enumerate(states):
            here = f"{root}cpu{cpu}/cpuidle/state{number}/"
            disabled = number == len(states) - 1 and not plan.deep_idle
            node.files.update({here + "name": name + "\n", here + "latency": f"{latency}\n",
                               here + "residency": f"{residency}\n", here + "disable": f"{int(disabled)}\n"})
            node.samples[here + "time"] = {at: f"{1000000 * (UPTIME + at) * (number == 1)}\n" for at in (0, WINDOW)}
            node.samples[here + "usage"] = {at: f"{400 * (UPTIME + at) * (number == 1)}\n" for at in (0, WINDOW)}


def add_thermal_counters(node, plan):
    """Those of a core are shown by both of its threads, those of a package by all of its."""
    for cpu in range(16):
        here = f"sys/devices/system/cpu/cpu{cpu}/thermal_throttle/"
        of_core = sum(times for hot, times in plan.throttled.items() if hot % 8 == cpu % 8)
        node.samples[here + "core_throttle_count"] = {0: "3\n", WINDOW: f"{3 + of_core}\n"}
        node.samples[here + "package_throttle_count"] = {at: "5\n" for at in (0, WINDOW)}


def add_managers(node, plan):
    """Services that set frequency, each with its state."""
    active = {*plan.managers, *(["tuned"] if plan.tuned else [])}
    if plan.tuned:
        node.files["etc/tuned/active_profile"] = plan.tuned + "\n"
        node.files["etc/tuned/profile_mode"] = "manual\n"
    units = ("tuned", "power-profiles-daemon", "tlp", "cpupower", "cpufrequtils", "auto-cpufreq", "laptop-mode", "thermald")
    shown = [f"Id={unit}.service\n" + ("LoadState=loaded\nActiveState=active\nUnitFileState=enabled" if unit in active else
                                       "LoadState=not-found\nActiveState=inactive\nUnitFileState=") for unit in units]
    node.commands["power-managers"] = Command(["systemctl", "show", "--property=Id,LoadState,ActiveState,UnitFileState"],
                                              "\n\n".join(shown) + "\n")
