# Third-party libraries behind names of our own, so that a static build can list what a shared library would pull in itself.

function(ihc_library name)
  cmake_parse_arguments(arg "" "" "HEADERS;LIBRARIES;STATIC_ONLY" ${ARGN})
  add_library(ihc_dependency_${name} INTERFACE)
  add_library(ihc::${name} ALIAS ihc_dependency_${name})
  set(wanted ${arg_LIBRARIES})
  if(IHC_STATIC)
    list(APPEND wanted ${arg_STATIC_ONLY})
  endif()
  foreach(header ${arg_HEADERS})
    find_path(IHC_HEADER_${name} ${header} REQUIRED)
  endforeach()
  foreach(library ${wanted})
    find_library(IHC_LIBRARY_${library} ${library} REQUIRED)
    target_link_libraries(ihc_dependency_${name} INTERFACE ${IHC_LIBRARY_${library}})
  endforeach()
endfunction()

ihc_library(yaml HEADERS yaml-cpp/yaml.h LIBRARIES yaml-cpp)
ihc_library(cmark HEADERS cmark-gfm.h LIBRARIES cmark-gfm-extensions cmark-gfm)
ihc_library(re2 HEADERS re2/re2.h LIBRARIES re2)
ihc_library(pugixml HEADERS pugixml.hpp LIBRARIES pugixml)
ihc_library(numa HEADERS numa.h LIBRARIES numa)
# Bundles are tar with zstd, xz or gzip, imports bzip2 too. libarchive's writer of tar shares an object file with a table that names every writer, among
# them xar's, which would bring libxml2 and ICU (41 MB). --gc-sections drops that table, and the linker asks only for what is left; code
# that reaches the table (archive_write_set_format(), …_by_name()) makes the static build fail for want of libxml2.
ihc_library(archive HEADERS archive.h LIBRARIES archive STATIC_ONLY zstd lzma bz2 z)
ihc_library(mustache HEADERS kainjow/mustache.hpp)
ihc_library(valijson HEADERS valijson/validator.hpp)
target_link_libraries(ihc_dependency_re2 INTERFACE Threads::Threads)
if(IHC_STATIC)
  target_link_libraries(ihc_dependency_archive INTERFACE OpenSSL::Crypto)
endif()
