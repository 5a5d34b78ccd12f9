// Input: what a caller hands over to be read: the name of a file, a descriptor, an object with a
// read(), or an array. Made by the package, which knows which is which.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>

#include "array_source.h"
#include "base/result.h"
#include "io/open_source.h"

namespace tidemark::python {

struct Input {
  std::string name;        // a path that is opened, unless one of these is given:
  int fd = -1;             // borrowed from the caller
  pybind11::object read;   // read(n) -> bytes; None: there is none
  pybind11::object array;  // keeps alive what `samples` borrows
  std::optional<ArrayView> samples;

  [[nodiscard]] bool is_array() const { return samples.has_value(); }
  // Whether reading it may take as long as somebody else likes.
  [[nodiscard]] bool may_wait() const;
};

// The array, or what io::OpenSource() makes of the rest; `fd` replaces the input's own, where it is
// a pipe that is fed. Without the interpreter's lock. Errors as io::OpenSource().
Result<std::unique_ptr<io::Source>> OpenInput(const Input& input, io::OpenOptions options);

}  // namespace tidemark::python
