#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/message.h"
#include "engine/evaluation.h"
#include "io/beat_list.h"

namespace tidemark::cli {
namespace {

Result<engine::Evaluation> Evaluate(const EvaluateCommand& command,
                                    const Cancellation& cancellation) {
  std::vector<double> reference;
  std::vector<double> estimate;
  TM_TRY_ASSIGN(reference, io::ReadBeatList(command.reference_path, &cancellation));
  TM_TRY_ASSIGN(estimate, io::ReadBeatList(command.estimate_path, &cancellation));
  return engine::Evaluation{command.reference_path, command.estimate_path, command.options,
                            analysis::MeasureBeats(reference, estimate, command.options)};
}

}  // namespace

int RunEvaluate(const EvaluateCommand& command, const Cancellation& cancellation) {
  const auto evaluation = Evaluate(command, cancellation);
  Result<void> outcome;
  if (!evaluation) {
    outcome = tl::unexpected<Error>(evaluation.error());
  } else {
    outcome = command.json ? engine::PrintEvaluationJson(*evaluation)
                           : engine::PrintEvaluationText(*evaluation);
  }
  if (outcome) return kExitOk;
  PrintMessage(outcome.error().message);
  return ExitCode(outcome.error().code);
}

}  // namespace tidemark::cli
