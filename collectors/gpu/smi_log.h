// The full report of nvidia-smi, as XML (`-q -x`) and as text (`-q`, with `-d` a part of it). Both are read into the
// same shape: for each GPU the paths of its values, in the words of the layout.
//
//   <gpu id="00000000:3B:00.0">                        GPU 00000000:3B:00.0
//     <fb_memory_usage>                                    FB Memory Usage
//       <total>81559 MiB</total>                               Total                             : 81559 MiB
//     </fb_memory_usage>
//     <processes>                                          Processes
//       <process_info><pid>3190</pid>…                         Process ID                        : 3190
//
// Layouts: nvsmi_device_v10.dtd (driver 410) to v13 (driver 575 and later); texts of the same drivers. Source:
// nvidia-smi(1). A text that someone pasted is indented further, stands in a fence, or ends early.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"

namespace ihc {

struct SmiValue {
  std::string path;   ///< "pci/pci_gpu_link_info/pcie_gen/max_link_gen", "PCI/GPU Link Info/PCIe Generation/Max"
  std::string value;  ///< empty where a group begins
  bool begins_group = false;
};

struct SmiGpu {
  std::string id;  ///< as printed
  std::vector<SmiValue> values;
};

struct SmiLog {
  std::vector<SmiValue> head;
  std::vector<SmiGpu> gpus;
  bool whole = false;  ///< XML: the root element was closed
};

Parsed<SmiLog> parse_smi_xml(std::string_view text);
Parsed<SmiLog> parse_smi_text(std::string_view text);

}  // namespace ihc
