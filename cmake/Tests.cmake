# One test binary for the code, the case runner for the programs, and the checks of the tree itself.
find_package(GTest REQUIRED)
include(GoogleTest)

# -DIHC_UNIT_TESTS=collectors builds only that folder's, for the edit-and-run loop.
set(IHC_UNIT_TESTS "*" CACHE STRING "Folder below tests/unit to build; * is all of them")
file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${IHC_UNIT_TESTS}/*.cpp)
list(SORT test_sources)
add_executable(ihc_tests ${test_sources})
target_include_directories(ihc_tests PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(ihc_tests PRIVATE ihc_cli ihc::valijson GTest::gtest GTest::gmock GTest::gtest_main)
target_compile_definitions(ihc_tests PRIVATE IHC_SOURCE_DIR="${CMAKE_SOURCE_DIR}" IHC_BINARY_DIR="${CMAKE_BINARY_DIR}")
# A test that walks thousands of recorded inputs is one process; PRE_TEST discovery keeps the build independent of running it.
target_precompile_headers(ihc_tests PRIVATE <gtest/gtest.h> <gmock/gmock.h> <facts/described/document.h>)
target_compile_options(ihc_tests PRIVATE -O1)
if(IHC_SANITIZE)
  # Of the std::regex in valijson g++ 12 says wrongly, only with the sanitizers on, that it may be uninitialized (GCC bug 105616).
  foreach(test bundle/study_test facts/schema_test engine/evaluate_test import/corpus_walk_test)
    set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/unit/${test}.cpp PROPERTIES COMPILE_OPTIONS -Wno-maybe-uninitialized)
  endforeach()
endif()
gtest_discover_tests(ihc_tests DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES PROPERTIES TIMEOUT 300)

# Programs that measure, not tests: cmake --build build/release --target rules_bench && build/release/rules_bench
find_package(benchmark REQUIRED)
add_executable(rules_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/rules_bench.cpp)
target_link_libraries(rules_bench PRIVATE ihc_engine benchmark::benchmark)
add_executable(compare_power EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/compare_power.cpp)
target_include_directories(compare_power PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(compare_power PRIVATE ihc_compare)
add_executable(scale_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/scale_bench.cpp)
target_link_libraries(scale_bench PRIVATE ihc_cli benchmark::benchmark)
foreach(program rules_bench scale_bench)
  target_compile_definitions(${program} PRIVATE IHC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endforeach()

add_test(NAME layering COMMAND ${CMAKE_SOURCE_DIR}/tests/layering.sh)
add_test(NAME format COMMAND ${CMAKE_SOURCE_DIR}/tests/format.sh)
add_test(NAME tidy COMMAND ${CMAKE_SOURCE_DIR}/tests/tidy.sh ${CMAKE_BINARY_DIR})
# Serial: it takes both cores by itself, and tests that watch a live machine should not share it with a compiler.
set_tests_properties(tidy PROPERTIES TIMEOUT 1500 RUN_SERIAL ON)

# Scripts that run the real program; 77 means that this machine cannot show it, and the script says why.
foreach(script cases/run live/agreement live/read_only live/metrics live/series live/deep live/doctor live/dry_run live/bench live/bench_wrk live/timeline live/compare live/perf_passes live/nvidia_replayed live/nspawn formats/check_formats golden/determinism golden/samples faults/collect_faults scale/scale planted/planted)
  string(REPLACE "/" "." name ${script})
  add_test(NAME ${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/${script}.py)
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77 RUN_SERIAL ON ENVIRONMENT IHC_BUILD_DIR=${CMAKE_BINARY_DIR})
endforeach()
