#include "io/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "io/file_stream.h"
#include "io/pipe_stream.h"
#include "io/unique_fd.h"

namespace tidemark::io {
namespace {

constexpr const char* kStandardInput = "standard input";

Result<void> RefuseKind(const struct stat& status, bool terminal, const std::string& name) {
  const char* kind = nullptr;
  if (S_ISDIR(status.st_mode)) kind = "a directory";
  if (S_ISBLK(status.st_mode)) kind = "a block device";
  if (S_ISCHR(status.st_mode) && !terminal) kind = "a character device";
  if (kind == nullptr) return {};
  return Fail(ErrorCode::kNoInput, fmt::format("{}: is {}, not audio", name, kind));
}

tl::unexpected<Error> NoInput(const std::string& name, int error_number) {
  return Fail(ErrorCode::kNoInput,
              fmt::format("{}: {}", name, std::generic_category().message(error_number)));
}

}  // namespace

Result<std::unique_ptr<ByteStream>> OpenDescriptor(int borrowed_fd, const std::string& name,
                                                   const Cancellation* cancellation) {
  UniqueFd fd(::fcntl(borrowed_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  struct stat status{};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) return NoInput(name, errno);
  if ((::fcntl(fd.get(), F_GETFL) & O_ACCMODE) == O_WRONLY) return NoInput(name, EBADF);
  TM_TRY(RefuseKind(status, ::isatty(fd.get()) == 1, name));
  // A file of which another program has read the start goes on from there, as a pipe would.
  if (S_ISREG(status.st_mode) && ::lseek(fd.get(), 0, SEEK_CUR) == 0) {
    return FileStream::Create(std::move(fd), name);
  }
  return PipeStream::Create(std::move(fd), name, cancellation);
}

Result<std::unique_ptr<ByteStream>> OpenByteStream(const std::string& path,
                                                   const Cancellation* cancellation) {
  if (path == "-") return OpenDescriptor(STDIN_FILENO, kStandardInput, cancellation);
  // Looked at before it is opened, since opening alone makes some devices act, and afterwards,
  // since the name may have changed its meaning in between.
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return NoInput(path, errno);
  TM_TRY(RefuseKind(status, false, path));
  // A FIFO that nobody writes to yet is waited for in PipeStream, where a request is heard.
  const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (S_ISFIFO(status.st_mode) ? O_NONBLOCK : 0);
  int raw_fd = -1;
  do {
    if (cancellation != nullptr && cancellation->requested()) {
      return Fail(ErrorCode::kCancelled, "interrupted");
    }
    raw_fd = ::open(path.c_str(), flags);
  } while (raw_fd < 0 && errno == EINTR);
  if (raw_fd < 0) return NoInput(path, errno);
  UniqueFd fd(raw_fd);
  if (::fstat(fd.get(), &status) != 0) return NoInput(path, errno);
  TM_TRY(RefuseKind(status, false, path));
  if (S_ISREG(status.st_mode)) return FileStream::Create(std::move(fd), path);
  return PipeStream::Create(std::move(fd), path, cancellation);
}

}  // namespace tidemark::io
