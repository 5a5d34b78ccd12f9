// tidemark._native: the engine for the Python package, which gives it its face. Private to it.
#include "bindings.h"

PYBIND11_MODULE(_native, module) {
  module.doc() = "The engine of the tidemark package; use the package.";
  module.attr("__version__") = TIDEMARK_VERSION;
  using namespace tidemark::python;
  init_cancellation(module);
  init_input(module);
  init_analyze(module);
  init_cut(module);
  init_stream(module);
  init_pcm_file(module);
}
