# libwkhtmltox with its headers: a system's own (upstream's package, with patched Qt) comes first, else the one that
# scripts/setup built into its cache. Defines Wkhtmltox::Wkhtmltox.
if(DEFINED ENV{IHC_CACHE_DIR})
  set(_wkhtmltox_caches $ENV{IHC_CACHE_DIR})
else()
  set(_wkhtmltox_caches /var/cache/ihc $ENV{HOME}/.cache/ihc)
endif()
set(_wkhtmltox_prefixes "")
foreach(cache ${_wkhtmltox_caches})
  list(APPEND _wkhtmltox_prefixes ${cache}/wkhtmltox-0.12.6)
endforeach()

find_path(WKHTMLTOX_INCLUDE_DIR wkhtmltox/pdf.h)
if(WKHTMLTOX_INCLUDE_DIR)
  find_library(WKHTMLTOX_LIBRARY wkhtmltox)
endif()
if(NOT WKHTMLTOX_LIBRARY)
  unset(WKHTMLTOX_INCLUDE_DIR CACHE)
  find_path(WKHTMLTOX_INCLUDE_DIR wkhtmltox/pdf.h PATHS ${_wkhtmltox_prefixes} PATH_SUFFIXES include NO_DEFAULT_PATH)
  find_library(WKHTMLTOX_LIBRARY wkhtmltox PATHS ${_wkhtmltox_prefixes} PATH_SUFFIXES lib NO_DEFAULT_PATH)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Wkhtmltox REQUIRED_VARS WKHTMLTOX_LIBRARY WKHTMLTOX_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup, which builds it once")
if(Wkhtmltox_FOUND AND NOT TARGET Wkhtmltox::Wkhtmltox)
  add_library(Wkhtmltox::Wkhtmltox UNKNOWN IMPORTED)
  set_target_properties(Wkhtmltox::Wkhtmltox PROPERTIES IMPORTED_LOCATION ${WKHTMLTOX_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${WKHTMLTOX_INCLUDE_DIR})
endif()
mark_as_advanced(WKHTMLTOX_INCLUDE_DIR WKHTMLTOX_LIBRARY)
