# Compiler options that every target of ours shares: link against tidemark_options.
add_library(tidemark_options INTERFACE)
target_include_directories(tidemark_options INTERFACE
  ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(tidemark_options INTERFACE TIDEMARK_VERSION="${TIDEMARK_VERSION}")
target_compile_options(tidemark_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror -fvisibility=hidden -fno-omit-frame-pointer)
if(TIDEMARK_SANITIZE)
  # gcc's manual: sanitizers make for false positives of -Wmaybe-uninitialized.
  target_compile_options(tidemark_options INTERFACE
    -fsanitize=${TIDEMARK_SANITIZE} -fno-sanitize-recover=all -Wno-maybe-uninitialized)
  target_link_options(tidemark_options INTERFACE -fsanitize=${TIDEMARK_SANITIZE})
  target_compile_definitions(tidemark_options INTERFACE TIDEMARK_SANITIZED)
endif()

# Numeric kernels live in files named *_kernels.cc: they may reassociate sums, so that the
# compiler can use SIMD, and are compiled for several instruction sets (see dsp/simd.h).
set(TIDEMARK_KERNEL_OPTIONS
    "-O3;-fno-math-errno;-fno-trapping-math;-fno-signed-zeros;-fassociative-math")
