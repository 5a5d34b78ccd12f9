// Wiring only: signals, the command line, the command.
#include <malloc.h>

#include <csignal>
#include <new>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"

namespace {

tidemark::Cancellation* running = nullptr;

extern "C" void OnInterrupt(int) { running->Request(); }

void HandleSignals(tidemark::Cancellation& cancellation) {
  running = &cancellation;
  struct sigaction action{};
  action.sa_handler = &OnInterrupt;
  // The second signal ends the process, should the first not be heard.
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  // A terminal that closes, unless nohup(1) has it ignored.
  struct sigaction hangup{};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
    sigaction(SIGHUP, &action, nullptr);
  }
  // A reader that goes away is an error of write(), reported like any other.
  std::signal(SIGPIPE, SIG_IGN);
}

struct Runner {
  const tidemark::Cancellation& cancellation;

  int operator()(const tidemark::cli::AnalyzeCommand& command) const {
    return tidemark::cli::RunAnalyze(command, cancellation);
  }
  int operator()(const tidemark::cli::CutCommand& command) const {
    return tidemark::cli::RunCut(command, cancellation);
  }
  int operator()(const tidemark::cli::TrackCommand& command) const {
    return tidemark::cli::RunTrack(command, cancellation);
  }
  int operator()(const tidemark::cli::EvaluateCommand& command) const {
    return tidemark::cli::RunEvaluate(command, cancellation);
  }
  int operator()(const tidemark::cli::FormatsCommand&) const { return tidemark::cli::RunFormats(); }
  int operator()(const tidemark::cli::DoctorCommand&) const { return tidemark::cli::RunDoctor(); }
  int operator()(const tidemark::cli::ShowText& show) const {
    return tidemark::cli::PrintOut(show.text) ? tidemark::cli::kExitOk : tidemark::cli::kExitIo;
  }
};

int Main(int argc, char** argv) {
  // One arena for all threads: a second one would keep a heap of its own for a few buffers.
  mallopt(M_ARENA_MAX, 1);
  tidemark::Cancellation cancellation;
  HandleSignals(cancellation);
  const auto command = tidemark::cli::ParseCommandLine(argc, argv);
  if (!command) {
    tidemark::cli::PrintMessage(command.error().message + "; see tidemark --help");
    return tidemark::cli::ExitCode(command.error().code);
  }
  return std::visit(Runner{cancellation}, *command);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const std::bad_alloc&) {
    tidemark::cli::PrintMessage("out of memory; raise --memory");
    return tidemark::cli::kExitMemory;
  }
}
