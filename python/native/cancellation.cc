// A request to stop that another thread can make.
#include "base/cancellation.h"

#include "bindings.h"

namespace tidemark::python {

void init_cancellation(pybind11::module_& module) {
  pybind11::class_<Cancellation>(module, "Cancellation",
                                 "A request to stop; request() from any thread.")
      .def(pybind11::init<>())
      .def("request", &Cancellation::Request, "Ends the calls that were given this.")
      .def_property_readonly("requested", &Cancellation::requested, "Whether it was requested.");
}

}  // namespace tidemark::python
