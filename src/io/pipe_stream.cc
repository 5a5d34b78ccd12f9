#include "io/pipe_stream.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tidemark::io {

PipeStream::PipeStream(UniqueFd fd, std::string name, const Cancellation* cancellation)
    : fd_(std::move(fd)),
      name_(std::move(name)),
      cancellation_(cancellation),
      window_(std::make_unique_for_overwrite<std::byte[]>(kReplayBytes)) {}

std::unique_ptr<PipeStream> PipeStream::Create(UniqueFd fd, std::string name,
                                               const Cancellation* cancellation) {
  return std::unique_ptr<PipeStream>(new PipeStream(std::move(fd), std::move(name), cancellation));
}

Result<void> PipeStream::AwaitReadable() const {
  const int cancel_fd = cancellation_ != nullptr ? cancellation_->fd() : -1;  // -1: not polled
  std::array<pollfd, 2> polled{{{fd_.get(), POLLIN, 0}, {cancel_fd, POLLIN, 0}}};
  while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) {
  }
  if (cancellation_ != nullptr && cancellation_->requested()) {
    return Fail(ErrorCode::kCancelled, "interrupted");
  }
  return {};
}

Result<std::size_t> PipeStream::Pull(std::span<std::byte> out) {
  ssize_t n = -1;
  do {
    TM_TRY(AwaitReadable());
    n = ::read(fd_.get(), out.data(), out.size());
  } while (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK));
  if (n < 0) {
    return Fail(ErrorCode::kIo, fmt::format("{}: reading failed at byte {}: {}", name_, taken_,
                                            std::generic_category().message(errno)));
  }
  const auto n_bytes = static_cast<std::size_t>(n);
  if (taken_ < static_cast<std::int64_t>(kReplayBytes)) {
    const auto offset = static_cast<std::size_t>(taken_);
    std::memcpy(window_.get() + offset, out.data(), std::min(n_bytes, kReplayBytes - offset));
  }
  taken_ += n;
  ended_ = n == 0;
  return n_bytes;
}

Result<std::size_t> PipeStream::Read(std::span<std::byte> out) {
  std::size_t done = 0;
  if (position_ < taken_) {
    done = std::min(out.size(), static_cast<std::size_t>(taken_ - position_));
    std::memcpy(out.data(), window_.get() + position_, done);
    position_ += static_cast<std::int64_t>(done);
  }
  while (done < out.size() && !ended_) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, Pull(out.subspan(done)));
    done += n;
    position_ += static_cast<std::int64_t>(n);
  }
  return done;
}

Result<void> PipeStream::Seek(std::int64_t offset) {
  if (offset < 0 || (offset < taken_ && offset != position_ && !replayable())) {
    return Fail(ErrorCode::kIo,
                fmt::format("{}: a pipe cannot go back to byte {} after {} were read", name_,
                            offset, taken_));
  }
  std::array<std::byte, 16 * 1024> skipped;
  while (taken_ < offset && !ended_) {
    const auto ahead = static_cast<std::size_t>(offset - taken_);
    TM_TRY(Pull(std::span(skipped).first(std::min(ahead, skipped.size()))));
  }
  position_ = offset;
  return {};
}

}  // namespace tidemark::io
