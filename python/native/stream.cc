// tidemark.stream(): a BlockReader.
#include <pybind11/stl.h>

#include "arguments.h"
#include "bindings.h"
#include "block_reader.h"

namespace tidemark::python {

void init_stream(pybind11::module_& module) {
  namespace py = pybind11;
  py::class_<BlockReader>(module, "BlockReader", "An input as blocks of float samples.")
      .def(py::init([](const Input& input, const py::list& arguments, std::size_t block_frames,
                       std::optional<int> sample_rate, bool mono) {
             return std::make_unique<BlockReader>(
                 input, ParseArguments<cli::AnalyzeCommand>(arguments).options,
                 FlowOptions{.mono = mono, .sample_rate_hz = sample_rate}, block_frames);
           }),
           py::arg("input"), py::arg("arguments"), py::arg("block_frames"), py::arg("sample_rate"),
           py::arg("mono"))
      .def("read_into", &BlockReader::ReadInto, py::arg("out").noconvert(),
           "Fills the array from its start; how many frames it got, 0 at the end.")
      .def("close", &BlockReader::Close, "Ends reading and gives everything back.")
      .def_property_readonly("channels", &BlockReader::channels)
      .def_property_readonly("sample_rate", &BlockReader::sample_rate_hz)
      .def_property_readonly("n_frames", &BlockReader::n_frames)
      .def_property_readonly("format", [](const BlockReader& self) { return self.info().format; })
      .def_property_readonly("encoding",
                             [](const BlockReader& self) { return self.info().encoding; })
      .def_property_readonly("non_finite_samples", &BlockReader::non_finite_samples)
      .def_property_readonly("planned_bytes", &BlockReader::planned_bytes);
}

}  // namespace tidemark::python
