// TM_TRY passes an Error on to the caller. An Error becomes an exit code, a status of the C API or
// a Python exception on the top floors only.
#pragma once

#include <utility>

#include "tidemark/result.h"

#define TM_CONCAT_INNER(a, b) a##b
#define TM_CONCAT(a, b) TM_CONCAT_INNER(a, b)

// TM_TRY(expr): returns expr's error from the enclosing function, if it has one.
#define TM_TRY(expr)                                                                        \
  do {                                                                                      \
    auto tm_result = (expr);                                                                \
    if (!tm_result) return tl::unexpected<::tidemark::Error>(std::move(tm_result).error()); \
  } while (false)

// TM_TRY_ASSIGN(lhs, expr): the same, else moves the value into lhs. Two statements: wants braces.
#define TM_TRY_ASSIGN(lhs, expr) TM_TRY_ASSIGN_IMPL(TM_CONCAT(tm_value_, __LINE__), lhs, expr)
#define TM_TRY_ASSIGN_IMPL(name, lhs, expr)                                     \
  auto name = (expr);                                                           \
  if (!name) return tl::unexpected<::tidemark::Error>(std::move(name).error()); \
  lhs = std::move(*name)
