# What most files include is parsed once for the libraries and once for the tests: half the time of
# a build. Every file still includes what it uses; the fuzzers are built by clang without this.
set(TIDEMARK_PRECOMPILED
  <algorithm> <array> <cmath> <cstdint> <functional> <memory> <optional> <span> <string>
  <string_view> <utility> <vector> <fmt/format.h> <tl/expected.hpp>)

# tidemark_precompile(TARGET FIRST [HEADER...]): TARGET shares what FIRST precompiles, if FIRST is
# another target; else it precompiles the headers above and those named here.
function(tidemark_precompile target first)
  if(NOT TIDEMARK_PCH OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  if(target STREQUAL first)
    target_precompile_headers(${target} PRIVATE ${TIDEMARK_PRECOMPILED} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${first})
  endif()
  # ccache asks for the first. The others: gcc 12 forgets that a precompiled header is a system's,
  # and gives warnings from within std::string that it knows to be false.
  target_compile_options(${target} PRIVATE
    -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endfunction()
