#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "io/open_source.h"

namespace tidemark::cli {

int RunFormats() {
  const std::vector<io::FormatRow> rows = io::ListFormats();
  std::size_t widest = 0;
  for (const io::FormatRow& row : rows) widest = std::max(widest, row.name.size());
  std::string text =
      fmt::format("{:<{}}  {:<11} {:<5} {}\n", "format", widest, "decoder", "pipe", "holds");
  for (const io::FormatRow& row : rows) {
    fmt::format_to(std::back_inserter(text), "{:<{}}  {:<11} {:<5} {}\n", row.name, widest,
                   row.decoder, row.pipe ? "yes" : "spool", row.encodings);
  }
  return PrintOut(text) ? kExitOk : kExitIo;
}

}  // namespace tidemark::cli
