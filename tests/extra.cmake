# Tests in Python: the command as a whole (cli/), and what is around the code (tools/).
# Debian's own interpreter first: it is the one that has Debian's Python packages.
find_program(TIDEMARK_PYTHON python3 HINTS /usr/bin NO_CMAKE_ENVIRONMENT_PATH REQUIRED)

function(tidemark_python_test name label)
  add_test(NAME ${name} COMMAND ${TIDEMARK_PYTHON} ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 600
    ENVIRONMENT "TIDEMARK_BINARY_DIR=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()

file(GLOB python_tests CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
  cli/*_test.py tools/*_test.py)
foreach(path ${python_tests})
  string(REGEX MATCH "^[^/]+" folder ${path})
  string(REGEX REPLACE "^[^/]+/(.+)_test\\.py$" "${folder}.\\1" name ${path})
  tidemark_python_test(${name} ${folder} ${CMAKE_CURRENT_SOURCE_DIR}/${path})
endforeach()

# What the package does, by pytest.
if(TARGET tidemark_python)
  file(GLOB package_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/python/*_test.py)
  foreach(path ${package_tests})
    string(REGEX REPLACE "^.*/(.+)_test\\.py$" "python.\\1" name ${path})
    tidemark_python_test(${name} python -m pytest -q -p no:cacheprovider ${path})
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "PYTHONPATH=${PROJECT_BINARY_DIR}/python")
  endforeach()
endif()

tidemark_python_test(tools.TheTreeKeepsItsFloors tools ${PROJECT_SOURCE_DIR}/tools/check_layers)
tidemark_python_test(tools.TheBundledSampleIsWhatItsScriptSynthesises tools
  ${PROJECT_SOURCE_DIR}/tools/make_sample --check ${PROJECT_SOURCE_DIR}/share/sample_432.flac)
