"""PCI devices and the ports above them."""
from plan import PORTS, WINDOW

GPU_CLASS, NIC_CLASS, BRIDGE_CLASS = "0x030200", "0x020000", "0x060400"
SWITCH = ["0000:41:00.0", "0000:42:00.0", "0000:42:01.0"]  # upstream port and one downstream port for each GPU
ROOT_OF_SWITCH = "0000:40:01.1"


def way_to(plan, address):
    """The ports from the root down to a device."""
    if plan.one_switch and address in plan.gpu_addresses:
        return [ROOT_OF_SWITCH, SWITCH[0], SWITCH[1 + plan.gpu_addresses.index(address)]]
    return [PORTS[address]]


def device_folder(plan, address):
    way = way_to(plan, address)
    return f"pci{way[0][:7]}/" + "/".join([*way, address])


def add_pci(node, plan):
    devices = []
    if plan.has_gpus:
        devices += [(address, GPU_CLASS, "0x10de", "0x20b5", plan.gpu_nodes[index], "nvidia", plan.gpus[index])
                    for index, address in enumerate(plan.gpu_addresses)]
    devices += [(nic.address, NIC_CLASS, "0x15b3", "0x1017", nic.node, "mlx5_core", {}) for nic in plan.nics]
    group = 30
    for address, *kind, on, driver, own in devices:
        way = way_to(plan, address)
        folders = device_folder(plan, address).split("/")
        for depth, port in enumerate(way):
            vendor, device = ("0x10b5", "0x9797") if port in SWITCH else ("0x8086", "0x347a")
            add_device(node, plan, "/".join(folders[:depth + 2]), port, (BRIDGE_CLASS, vendor, device), on, "pcieport", own)
            if port in SWITCH:
                node.files[f"sys/bus/pci/devices/{port}/config"] = configuration(vendor, device, port != SWITCH[0],
                                                                                 plan.redirecting)
        add_device(node, plan, "/".join(folders), address, kind, on, driver, own)
        if not plan.is_vm:
            group += 1
            up = "../" * (len(folders) + 1)
            node.links[f"sys/bus/pci/devices/{address}/iommu_group"] = f"{up}kernel/iommu_groups/{group}"
            node.files[f"sys/kernel/iommu_groups/{group}/type"] = plan.iommu + "\n"
    if plan.nvswitch:
        here = "sys/bus/pci/devices/0000:05:00.0/"
        node.files.update({here + "class": "0x068000\n", here + "vendor": "0x10de\n", here + "device": "0x1af1\n",
                           here + "numa_node": "0\n", here + "local_cpulist": plan.node_cpus[0] + "\n"})


def add_device(node, plan, folder, address, kind, on, driver, own):
    here = f"sys/bus/pci/devices/{address}/"
    node.links[here[:-1]] = "../../../devices/" + folder
    node.links[here + "driver"] = "../" * (folder.count("/") + 2) + "bus/pci/drivers/" + driver
    node.files.update({here + name: value + "\n" for name, value in zip(("class", "vendor", "device"), kind)})
    node.files.update({here + "numa_node": f"{on}\n", here + "local_cpulist": plan.node_cpus.get(on, "0-15") + "\n",
                       here + "current_link_speed": "16.0 GT/s PCIe\n", here + "max_link_speed": "16.0 GT/s PCIe\n",
                       here + "current_link_width": f"{own.get('width', 16)}\n", here + "max_link_width": "16\n"})
    for counter, total in (("correctable", "COR"), ("nonfatal", "NONFATAL"), ("fatal", "FATAL")):
        node.samples[here + "aer_dev_" + counter] = {at: f"RxErr 0\nTOTAL_ERR_{total} 0\n" for at in (0, WINDOW)}


def configuration(vendor, device, has_access_control, redirecting):
    """4096 bytes, each a character: the ids, and where the port has it the extended capability ACS (PCIe 7.7.11)."""
    space = bytearray(4096)
    space[0:4] = int(vendor, 16).to_bytes(2, "little") + int(device, 16).to_bytes(2, "little")
    if has_access_control:
        everything, source_validation_to_forwarding = 0x5f, 0x1d
        space[256:260] = (0x0001000d).to_bytes(4, "little")
        space[260:262] = everything.to_bytes(2, "little")
        space[262:264] = (source_validation_to_forwarding if redirecting else 0).to_bytes(2, "little")
    return space.decode("latin-1")
