// Attended work: ours runs on a thread of its own without the interpreter's lock, while the calling
// thread hears interrupts, reads the caller's object and tells the caller how far things are. So a
// Python exception, Ctrl-C among them, comes out of the call where it was raised, and no thread
// outlives it.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <functional>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "input.h"
#include "io/unique_fd.h"

namespace tidemark::python {

// A pipe that an object with a read() fills; without such an object nothing. The calling thread's.
class Feed {
 public:
  // Raises where no pipe can be had. Keeps the input's read().
  explicit Feed(const Input& input);

  // What is to be read instead of the input's path; -1: nothing.
  [[nodiscard]] int fd() const { return reading_end_.get(); }
  [[nodiscard]] bool is_open() const { return writing_end_.valid(); }

  // Reads a piece and hands it on, or closes the pipe at the end; returns at once where `done_fd`
  // turns readable. Passes on what read() raises.
  void Pump(int done_fd);
  // Gives the pipe back. REQUIRES: no work reads it.
  void Close();

 private:
  pybind11::object read_;
  std::string pending_;  // read, not yet written
  io::UniqueFd reading_end_;
  io::UniqueFd writing_end_;
};

// How far the work is: written by the work, read by the attendant.
struct WorkProgress {
  std::atomic<double> done_s = 0;
  std::atomic<double> total_s = 0;  // 0: nobody knows
};

// What `work` returns; what it throws, as an error. Without the interpreter's lock.
Result<void> Guarded(const std::function<Result<void>()>& work);

// Runs `work` as above. `tell`(done_s, total_s) is called some times a second unless it is None.
// Raises what `work` returns as an error, and whatever Python raises meanwhile; cancellation is
// requested then, and the work has ended.
void RunAttended(const std::function<Result<void>()>& work, Cancellation& cancellation, Feed& feed,
                 const pybind11::object& tell, const WorkProgress& progress);

}  // namespace tidemark::python
