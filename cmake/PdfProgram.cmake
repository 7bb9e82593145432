# ihc-pdf: the only program that links libwkhtmltox and libqpdf, and so the only one that carries Qt and WebKit.
find_package(Wkhtmltox REQUIRED)
find_path(IHC_HEADER_qpdf qpdf/QPDF.hh REQUIRED)
find_library(IHC_LIBRARY_qpdf qpdf REQUIRED)

file(GLOB pdf_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/pdf/*.cpp)
list(SORT pdf_sources)
add_executable(ihc-pdf ${pdf_sources})
target_compile_definitions(ihc-pdf PRIVATE POINTERHOLDER_TRANSITION=4)
target_link_libraries(ihc-pdf PRIVATE ihc_base Wkhtmltox::Wkhtmltox ${IHC_LIBRARY_qpdf})
# The library of scripts/setup stays where it is, in the cache: the program finds it there after its installation too.
set_target_properties(ihc-pdf PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS ihc-pdf RUNTIME DESTINATION bin)

if(IHC_BUILD_TESTS)
  add_test(NAME pdf COMMAND ${CMAKE_SOURCE_DIR}/tests/pdf/run.sh $<TARGET_FILE:ihc-pdf>)
  set_tests_properties(pdf PROPERTIES TIMEOUT 300)
endif()
