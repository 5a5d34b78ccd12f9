// Options as the command line knows them: the package writes its keywords as such, so that one
// parser reads both and says what is wrong. With the interpreter's lock held.
#pragma once

#include <pybind11/pybind11.h>

#include "cli/options.h"
#include "errors.h"

namespace tidemark::python {

// {"analyze", "--features=tuning", ..., "--", "song.flac"}. Raises what the parser finds.
template <typename CommandType>
CommandType ParseArguments(const pybind11::list& arguments) {
  std::vector<std::string> texts = {"tidemark"};
  for (const auto argument : arguments) texts.push_back(argument.cast<std::string>());
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  cli::Command command =
      OrRaise(cli::ParseCommandLine(static_cast<int>(pointers.size()), pointers.data()));
  if (auto* chosen = std::get_if<CommandType>(&command)) return std::move(*chosen);
  Raise({ErrorCode::kInternal, "the options are of another command"});
}

}  // namespace tidemark::python
