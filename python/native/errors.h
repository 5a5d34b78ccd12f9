// An Error becomes a Python exception here and nowhere else. With the interpreter's lock held.
#pragma once

#include <string>

#include "base/result.h"

namespace tidemark::python {

// Throws the class of tidemark._errors that stands for the code, as pybind11 wants it.
[[noreturn]] void Raise(const Error& error);
[[noreturn]] void RaiseUsage(std::string message);

// The value, or Raise().
template <typename T>
T OrRaise(Result<T> result) {
  if (!result) Raise(result.error());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace tidemark::python
