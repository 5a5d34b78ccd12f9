#include "attended.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <new>
#include <system_error>

#include "base/thread.h"
#include "errors.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
// A signal may reach another thread, so that no system call here is interrupted.
constexpr int kSignalInterval_ms = 50;
// As the main thread of a program has; what is not touched takes no memory.
constexpr std::size_t kWorkStackBytes = std::size_t{8} << 20;

[[noreturn]] void RaiseErrno(const char* what) {
  Raise({ErrorCode::kIo, fmt::format("{}: {}", what, std::generic_category().message(errno))});
}

// The thread of the work, which is joined whatever happens.
class Worker {
 public:
  Worker() : done_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  Result<void> Start(const std::function<Result<void>()>& work) {
    return thread_.Start(kWorkStackBytes, [this, &work] {
      result_ = Guarded(work);
      const std::uint64_t one = 1;
      [[maybe_unused]] const ssize_t n = ::write(done_fd_.get(), &one, sizeof(one));
    });
  }

  [[nodiscard]] int done_fd() const { return done_fd_.get(); }

  Result<void> Join() {
    thread_.Join();
    return std::move(result_);
  }

 private:
  io::UniqueFd done_fd_;
  Result<void> result_;
  Thread thread_;  // last: it is joined before what it uses goes
};

bool IsReadable(int fd, int timeout_ms) {
  pollfd entry{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, timeout_ms) > 0;
}

void Attend(const Worker& worker, Feed& feed, const py::object& tell,
            const WorkProgress& progress) {
  for (;;) {
    bool done = false;
    if (feed.is_open()) {
      feed.Pump(worker.done_fd());
      done = IsReadable(worker.done_fd(), 0);
    } else {
      const py::gil_scoped_release release;
      done = IsReadable(worker.done_fd(), kSignalInterval_ms);
    }
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!tell.is_none()) tell(progress.done_s.load(), progress.total_s.load());
    if (done) return;
  }
}

}  // namespace

Result<void> Guarded(const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Fail(ErrorCode::kMemory, "out of memory");
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kInternal, fmt::format("unexpected: {}", error.what()));
  }
}

Feed::Feed(const Input& input) : read_(input.read) {
  if (read_.is_none()) return;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) RaiseErrno("cannot make a pipe");
  reading_end_ = io::UniqueFd(ends[0]);
  writing_end_ = io::UniqueFd(ends[1]);
  if (::fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) RaiseErrno("cannot set up a pipe");
}

void Feed::Pump(int done_fd) {
  if (pending_.empty()) {
    const py::object piece = read_(kPieceBytes);
    if (!PyObject_CheckBuffer(piece.ptr())) {
      RaiseUsage(fmt::format("read() gave {}, not bytes; open files in binary mode",
                             py::str(py::type::of(piece).attr("__name__")).cast<std::string>()));
    }
    const py::buffer_info bytes = py::reinterpret_borrow<py::buffer>(piece).request();
    pending_.assign(static_cast<const char*>(bytes.ptr),
                    static_cast<std::size_t>(bytes.size * bytes.itemsize));
  }
  if (pending_.empty()) {
    writing_end_ = io::UniqueFd();
    return;
  }
  const py::gil_scoped_release release;
  std::array<pollfd, 2> entries = {{{writing_end_.get(), POLLOUT, 0}, {done_fd, POLLIN, 0}}};
  if (::poll(entries.data(), entries.size(), kSignalInterval_ms) <= 0) return;
  if ((entries[0].revents & POLLOUT) == 0) return;
  const ssize_t n = ::write(writing_end_.get(), pending_.data(), pending_.size());
  if (n > 0) pending_.erase(0, static_cast<std::size_t>(n));
}

void Feed::Close() {
  reading_end_ = io::UniqueFd();
  writing_end_ = io::UniqueFd();
  read_ = py::none();
}

void RunAttended(const std::function<Result<void>()>& work, Cancellation& cancellation, Feed& feed,
                 const py::object& tell, const WorkProgress& progress) {
  Worker worker;
  OrRaise(worker.Start(work));
  try {
    Attend(worker, feed, tell, progress);
  } catch (...) {
    cancellation.Request();
    const py::gil_scoped_release release;
    [[maybe_unused]] const auto cancelled = worker.Join();
    throw;
  }
  Result<void> result;
  {
    const py::gil_scoped_release release;
    result = worker.Join();
  }
  OrRaise(std::move(result));
}

}  // namespace tidemark::python
