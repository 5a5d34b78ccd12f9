// Vectors as NumPy arrays that own them. With the interpreter's lock held.
#pragma once

#include <pybind11/numpy.h>

#include <memory>
#include <utility>
#include <vector>

namespace tidemark::python {

// Of the given shape, whose product is values.size(); read-only; nothing is copied.
template <typename T>
pybind11::array ToArray(std::vector<T> values, std::vector<pybind11::ssize_t> shape) {
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  const T* data = owned->data();
  const pybind11::capsule owner(owned.release(), [](void* held) {
    const std::unique_ptr<std::vector<T>> goes(static_cast<std::vector<T>*>(held));
  });
  pybind11::array_t<T> array(std::move(shape), data, owner);
  array.attr("flags").attr("writeable") = false;
  return array;
}

template <typename T>
pybind11::array ToArray(std::vector<T> values) {
  const auto n = static_cast<pybind11::ssize_t>(values.size());
  return ToArray(std::move(values), {n});
}

}  // namespace tidemark::python
