# Sorted globs that write the lists of units. A file without its constant fails to link; there is no list to edit.

function(ihc_write_if_changed path content)
  file(CONFIGURE OUTPUT ${path} CONTENT "${content}" @ONLY)
endfunction()

# collectors/<stem>.cpp defines `extern const ihc::Collector ihc::k_<stem>_collector`.
function(ihc_generate_collector_list)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/collectors/*.cpp)
  list(SORT files)
  set(declarations "")
  set(rows "")
  foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    string(APPEND declarations "extern const Collector k_${stem}_collector;\n")
    string(APPEND rows "    &k_${stem}_collector,\n")
  endforeach()
  ihc_write_if_changed(${CMAKE_BINARY_DIR}/generated/collector_list.cpp
"// Written by the build from the files in collectors/.
#include \"collect/collector.h\"

namespace ihc {

${declarations}
std::span<const Collector* const> all_collectors() {
  static const std::vector<const Collector*> list{
${rows}  };
  return list;
}

}  // namespace ihc
")
endfunction()

# src/cli/command_<stem>.cpp defines `ihc::Command ihc::make_<stem>_command()`.
function(ihc_generate_command_list)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/cli/command_*.cpp)
  list(SORT files)
  set(declarations "")
  set(rows "")
  foreach(file ${files})
    get_filename_component(stem ${file} NAME_WE)
    string(REPLACE "command_" "" stem ${stem})
    string(APPEND declarations "extern const Command k_${stem}_command;\n")
    string(APPEND rows "    &k_${stem}_command,\n")
  endforeach()
  ihc_write_if_changed(${CMAKE_BINARY_DIR}/generated/command_list.cpp
"// Written by the build from the files src/cli/command_*.cpp.
#include \"cli/command.h\"

namespace ihc {

${declarations}
std::span<const Command* const> all_commands() {
  static const std::vector<const Command*> list{
${rows}  };
  return list;
}

}  // namespace ihc
")
endfunction()

# rules/, templates/ and the data of collectors as bytes inside the program (.incbin), with a table sorted by path.
function(ihc_generate_resources)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/rules/* ${CMAKE_SOURCE_DIR}/templates/*
    ${CMAKE_SOURCE_DIR}/collectors/*.json ${CMAKE_SOURCE_DIR}/collectors/bpf/*.bt)
  list(FILTER files EXCLUDE REGEX "^rules/tests/|README\\.md$")
  list(SORT files)
  set(assembly "")
  set(declarations "")
  set(rows "")
  set(absolute "")
  set(index 0)
  foreach(file ${files})
    string(APPEND assembly "ihc_resource_${index}:\n.incbin \"${CMAKE_SOURCE_DIR}/${file}\"\nihc_resource_${index}_end:\n.byte 0\n")
    string(APPEND assembly ".global ihc_resource_${index}\n.global ihc_resource_${index}_end\n")
    string(APPEND declarations "extern const char ihc_resource_${index}[], ihc_resource_${index}_end[];\n")
    string(APPEND rows "      {\"${file}\", {ihc_resource_${index}, ihc_resource_${index}_end}},\n")
    list(APPEND absolute ${CMAKE_SOURCE_DIR}/${file})
    math(EXPR index "${index} + 1")
  endforeach()
  ihc_write_if_changed(${CMAKE_BINARY_DIR}/generated/resources.S
    ".section .rodata\n${assembly}.section .note.GNU-stack,\"\",@progbits\n")
  ihc_write_if_changed(${CMAKE_BINARY_DIR}/generated/resources.cpp
"// Written by the build from the files in rules/ and templates/.
#include \"base/resources.h\"

extern \"C\" {
${declarations}}

namespace ihc {

std::span<const EmbeddedResource> embedded_resources() {
  static const std::vector<EmbeddedResource> table{
${rows}  };
  return table;
}

}  // namespace ihc
")
  set_source_files_properties(${CMAKE_BINARY_DIR}/generated/resources.S PROPERTIES OBJECT_DEPENDS "${absolute}")
  set(IHC_RESOURCE_SOURCES ${CMAKE_BINARY_DIR}/generated/resources.S ${CMAKE_BINARY_DIR}/generated/resources.cpp PARENT_SCOPE)
endfunction()
