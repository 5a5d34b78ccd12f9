#include <fmt/format.h>

#include <new>

#include "base/text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/cut_run.h"
#include "cli/exit_code.h"
#include "cli/message.h"

namespace tidemark::cli {
namespace {

int Failed(const Error& error) {
  PrintMessage(error.message);
  return ExitCode(error.code);
}

}  // namespace

int RunCut(const CutCommand& command, const Cancellation& cancellation) {
  try {
    CutRun run(command, cancellation);
    const auto done = run.Run();
    return done ? kExitOk : Failed(run.Named(done.error()));
  } catch (const std::bad_alloc&) {
    return Failed({ErrorCode::kMemory,
                   Printable(command.path) + ": the memory ceiling was met; raise --memory"});
  }
}

}  // namespace tidemark::cli
