#include "errors.h"

#include <pybind11/pybind11.h>

#include "engine/report_writer.h"

namespace tidemark::python {

void Raise(const Error& error) {
  namespace py = pybind11;
  const py::object classes = py::module_::import("tidemark._errors").attr("BY_CODE");
  const py::object chosen = classes[py::cast(std::string(engine::ErrorName(error.code)))];
  // Names of files in messages need not be text.
  const auto message = py::reinterpret_steal<py::object>(PyUnicode_DecodeFSDefaultAndSize(
      error.message.data(), static_cast<Py_ssize_t>(error.message.size())));
  const py::object exception = chosen.attr("from_native")(message);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw py::error_already_set();
}

void RaiseUsage(std::string message) { Raise({ErrorCode::kUsage, std::move(message)}); }

}  // namespace tidemark::python
