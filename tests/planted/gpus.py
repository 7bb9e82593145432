"""GPUs as their driver and nvidia-smi tell of them."""
from node import Command


def add_gpus(node, plan):
    if not plan.has_gpus:
        return
    node.files["proc/driver/nvidia/version"] = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31 09:35:42 UTC 2024\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"
    for index, address in enumerate(plan.gpu_addresses):
        node.files[f"proc/driver/nvidia/gpus/{address}/information"] = (
            f"Model: \t\t NVIDIA A100-PCIE-80GB\nIRQ:   \t\t {50 + index}\n"
            f"GPU UUID: \t GPU-513536b6-7d19-9063-b049-1e69664bb29{index}\nVideo BIOS: \t 92.00.68.00.01\n"
            f"Bus Type: \t PCIe\nDMA Size: \t 47 bits\nDMA Mask: \t 0x7fffffffffff\nBus Location: \t {address}\n"
            f"Device Minor: \t {index}\nGPU Excluded:\t No\n")
    argv = ["nvidia-smi", "-q", "-x"]
    if plan.smi:
        for slug, kind in (("nvidia-smi-q-xml", "nvidia-smi-q-xml"), ("nvidia-smi-q-xml-after", None)):
            node.commands[slug] = Command(argv, plan.smi + "\n", kind=kind, status="failed", exit_code=9)
        return
    report = smi_xml(plan)
    node.commands["nvidia-smi-q-xml"] = Command(argv, report, kind="nvidia-smi-q-xml")
    node.commands["nvidia-smi-q-xml-after"] = Command(argv, report)
    head = "\t" + "\t".join([*(f"GPU{index}" for index in range(2)), "CPU Affinity", "NUMA Affinity", "GPU NUMA ID"]) + "\n"
    rows = "".join(f"GPU{index}\t" + "\t".join(" X " if other == index else plan.gpu_path for other in range(2)) +
                   f"\t{plan.node_cpus[max(plan.gpu_nodes[index], 0)] if plan.gpu_nodes[index] >= 0 else '0-15'}\t{plan.gpu_nodes[index] if plan.gpu_nodes[index] >= 0 else 'N/A'}\tN/A\n" for index in range(2))
    node.commands["nvidia-smi-topo"] = Command(["nvidia-smi", "topo", "-m"], head + rows + "\nLegend:\n\n  X    = Self\n"
                                               "  NV#  = Connection traversing a bonded set of # NVLinks\n",
                                               kind="nvidia-smi-topo")
    links = errors = listing = ""
    for index in range(2):
        name = f"GPU {index}: NVIDIA A100-PCIE-80GB (UUID: GPU-513536b6-7d19-9063-b049-1e69664bb29{index})\n"
        listing += name if index < plan.listed else ""
        links += name + "".join(f"\t Link {link}: {'<inactive>' if (index, link) in plan.nvlink_down else '25 GB/s'}\n" for link in range(4))
        errors += name + "".join(f"\t Link {link}: {kind} Errors: 0\n" for link in range(4) for kind in ("Replay", "Recovery", "CRC"))
    node.commands["nvidia-smi-L"] = Command(["nvidia-smi", "-L"], listing, kind="nvidia-smi-L")
    node.commands["nvidia-smi-nvlink"] = Command(["nvidia-smi", "nvlink", "-s"], links, kind="nvidia-smi-nvlink")
    node.commands["nvidia-smi-nvlink-errors"] = Command(["nvidia-smi", "nvlink", "-e"], errors)
    node.commands["nvidia-smi-nvlink-errors-after"] = Command(["nvidia-smi", "nvlink", "-e"], errors)
    states = {"nvidia-fabricmanager": ("not-found", "inactive"), "nvidia-persistenced": ("loaded", "active"),
              "nvidia-dcgm": ("not-found", "inactive"),
              "dcgm": ("not-found", "inactive"), **plan.services_gpu}
    node.commands["gpu-services"] = Command(["systemctl", "show", "--property=Id,LoadState,ActiveState,NRestarts"], "\n\n".join(
        f"Id={unit}.service\nLoadState={load}\nActiveState={active}\nNRestarts=0" for unit,
        (load, active) in states.items()) + "\n")


def smi_processes(plan, index):
    found = [(service.pid() + after, name) for service in plan.services for after, name in service.processes()
             if index in service.gpus_of(name)]
    found += [(pid, name) for gpu, pid, name in plan.gpu_processes if gpu == index]
    return "".join(f"""<process_info>
<gpu_instance_id>N/A</gpu_instance_id>
<compute_instance_id>N/A</compute_instance_id>
<pid>{pid}</pid>
<type>C</type>
<process_name>{name}</process_name>
<used_memory>{69000 // len(found)} MiB</used_memory>
</process_info>
""" for pid, name in found)


def smi_xml(plan):
    bodies = ""
    for index in range(plan.listed):
        gpu = {"width": 16, "persistence": "Enabled", "util": 78, "limit": 300, "clock": 1410, "slow": (), "ecc": "Enabled",
               "sram": 0, "dram": 0,
               "pending": "No", "failure": "No", "remapped": 0, "gen": 4, **plan.gpus[index]}
        domain, bus, _ = plan.gpu_addresses[index].split(":")
        reasons = "".join(f"<clocks_event_reason_{name}>{'Active' if name in gpu['slow'] else 'Not Active'}</clocks_event_reason_{name}>\n" for name in (
            "gpu_idle", "applications_clocks_setting", "sw_power_cap", "hw_slowdown", "hw_thermal_slowdown",
            "hw_power_brake_slowdown", "sync_boost", "sw_thermal_slowdown"))
        ecc = lambda sram, dram: f"<sram_correctable>0</sram_correctable><sram_uncorrectable>{sram}</sram_uncorrectable><dram_correctable>0</dram_correctable><dram_uncorrectable>{dram}</dram_uncorrectable>"
        bodies += f"""<gpu id="0000{domain}:{bus}:00.0">
<product_name>NVIDIA A100-PCIE-80GB</product_name>
<persistence_mode>{gpu['persistence']}</persistence_mode>
<mig_mode><current_mig>Disabled</current_mig><pending_mig>Disabled</pending_mig></mig_mode>
<uuid>GPU-513536b6-7d19-9063-b049-1e69664bb29{index}</uuid>
<minor_number>{index}</minor_number>
<pci><pci_bus>{bus}</pci_bus><pci_device>00</pci_device><pci_domain>{domain}</pci_domain><pci_bus_id>0000{domain}:{bus}:00.0</pci_bus_id>
<pci_gpu_link_info><pcie_gen><max_link_gen>4</max_link_gen><current_link_gen>{gpu['gen']}</current_link_gen></pcie_gen>
<link_widths><max_link_width>16x</max_link_width><current_link_width>{gpu['width']}x</current_link_width></link_widths></pci_gpu_link_info>
<replay_counter>0</replay_counter></pci>
<performance_state>P0</performance_state>
<clocks_event_reasons>
{reasons}</clocks_event_reasons>
<fb_memory_usage><total>81920 MiB</total><reserved>600 MiB</reserved><used>70000 MiB</used><free>11320 MiB</free></fb_memory_usage>
<utilization><gpu_util>{gpu['util']} %</gpu_util><memory_util>40 %</memory_util></utilization>
<ecc_mode><current_ecc>{gpu['ecc']}</current_ecc><pending_ecc>{gpu['ecc']}</pending_ecc></ecc_mode>
<ecc_errors><volatile>{ecc(gpu['sram'], gpu['dram'])}</volatile><aggregate>{ecc(gpu['sram'], gpu['dram'])}</aggregate></ecc_errors>
<remapped_rows><remapped_row_corr>0</remapped_row_corr><remapped_row_unc>{gpu['remapped']}</remapped_row_unc><remapped_row_pending>{gpu['pending']}</remapped_row_pending><remapped_row_failure>{gpu['failure']}</remapped_row_failure></remapped_rows>
<temperature><gpu_temp>{86 if gpu['slow'] else 54} C</gpu_temp><gpu_temp_slow_threshold>89 C</gpu_temp_slow_threshold></temperature>
<gpu_power_readings><power_state>P0</power_state><power_draw>210.00 W</power_draw><current_power_limit>{gpu['limit']}.00 W</current_power_limit><requested_power_limit>{gpu['limit']}.00 W</requested_power_limit><default_power_limit>300.00 W</default_power_limit><min_power_limit>150.00 W</min_power_limit><max_power_limit>300.00 W</max_power_limit></gpu_power_readings>
<clocks><graphics_clock>{gpu['clock']} MHz</graphics_clock><sm_clock>{gpu['clock']} MHz</sm_clock><mem_clock>1512 MHz</mem_clock></clocks>
<applications_clocks><graphics_clock>{gpu['clock']} MHz</graphics_clock><mem_clock>1512 MHz</mem_clock></applications_clocks>
<default_applications_clocks><graphics_clock>1410 MHz</graphics_clock><mem_clock>1512 MHz</mem_clock></default_applications_clocks>
<max_clocks><graphics_clock>1410 MHz</graphics_clock><sm_clock>1410 MHz</sm_clock><mem_clock>1512 MHz</mem_clock></max_clocks>
<processes>
{smi_processes(plan, index)}</processes>
</gpu>
"""
    return (f'<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n<timestamp>Sat Nov 21 08:00:00 2026</timestamp>\n'
            f'<driver_version>550.90.07</driver_version>\n<cuda_version>12.4</cuda_version>\n<attached_gpus>{plan.listed}</attached_gpus>\n{bodies}</nvidia_smi_log>\n')
