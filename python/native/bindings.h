// What the parts of tidemark._native add to it; one function each, called once by module.cc with
// the interpreter's lock held.
#pragma once

#include <pybind11/pybind11.h>

namespace tidemark::python {

void init_input(pybind11::module_& module);
void init_cancellation(pybind11::module_& module);
void init_analyze(pybind11::module_& module);
void init_cut(pybind11::module_& module);
void init_stream(pybind11::module_& module);
void init_pcm_file(pybind11::module_& module);

}  // namespace tidemark::python
