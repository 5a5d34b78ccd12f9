#include "io/waveform_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "io/at_offset.h"

namespace tidemark::io {
namespace {

constexpr std::int32_t kVersion = 2;
constexpr std::uint32_t kEightBitFlag = 1;
constexpr std::size_t kLengthDigits = 10;
constexpr std::size_t kMaxJsonValue = 7;  // "-32768,"
constexpr std::string_view kJsonEnd = "]}\n";

tl::unexpected<Error> CannotWrite(const std::string& path, int error) {
  return Fail(ErrorCode::kIo, fmt::format("{}: cannot write the waveform: {}", Printable(path),
                                          std::strerror(error)));
}

std::uint32_t LengthField(std::int64_t n_pixels) {
  return static_cast<std::uint32_t>(
      std::min<std::int64_t>(n_pixels, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

Result<WaveformFile> WaveformFile::Create(const std::string& path, const WaveformFormat& format) {
  UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!fd.valid() && errno != ENXIO) return CannotWrite(path, errno);
  struct stat status{};
  if (!fd.valid() || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: a waveform is written to a regular file only", Printable(path)));
  }
  WaveformFile file(std::move(fd), path, path.ends_with(".json"), format);
  file.PutHeader();
  TM_TRY(file.Flush());
  return file;
}

WaveformFile::WaveformFile(UniqueFd fd, std::string path, bool json, const WaveformFormat& format)
    : fd_(std::move(fd)), path_(std::move(path)), json_(json), format_(format) {}

void WaveformFile::PutHeader() {
  if (!json_) {
    PutLittleEndian(kVersion);
    PutLittleEndian(format_.bits == 8 ? kEightBitFlag : std::uint32_t{0});
    PutLittleEndian(std::int32_t{format_.sample_rate_hz});
    PutLittleEndian(std::int32_t{format_.samples_per_pixel});
    length_offset_ = static_cast<std::int64_t>(n_buffered_);
    PutLittleEndian(std::uint32_t{0});
    PutLittleEndian(std::int32_t{format_.channels});
    return;
  }
  PutText(fmt::format(R"({{"version":{},"channels":{},"sample_rate":{},"samples_per_pixel":{},)"
                      R"("bits":{},"length":)",
                      kVersion, format_.channels, format_.sample_rate_hz, format_.samples_per_pixel,
                      format_.bits));
  length_offset_ = static_cast<std::int64_t>(n_buffered_);
  PutText(fmt::format("{:>{}}", 0, kLengthDigits));
  PutText(R"(,"data":[)");
}

void WaveformFile::PutText(std::string_view text) {
  assert(text.size() <= buffer_.size() - n_buffered_);
  std::memcpy(buffer_.data() + n_buffered_, text.data(), text.size());
  n_buffered_ += text.size();
}

template <typename T>
void WaveformFile::PutLittleEndian(T value) {
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    buffer_[n_buffered_++] = static_cast<std::byte>(bits & 0xFFU);
    if constexpr (sizeof(T) > 1) bits = static_cast<std::make_unsigned_t<T>>(bits >> 8U);
  }
}

void WaveformFile::PutValue(std::int16_t value) {
  if (json_) {
    std::array<char, kMaxJsonValue> text{};
    const auto end = fmt::format_to(text.data(), "{}", value);
    PutText({text.data(), static_cast<std::size_t>(end - text.data())});
  } else if (format_.bits == 8) {
    PutLittleEndian(static_cast<std::int8_t>(value));
  } else {
    PutLittleEndian(value);
  }
}

Result<void> WaveformFile::Append(std::span<const std::int16_t> values) {
  const std::size_t values_per_pixel = 2 * static_cast<std::size_t>(format_.channels);
  assert(values.size() % values_per_pixel == 0);
  const std::size_t room = values_per_pixel * kMaxJsonValue + kJsonEnd.size();
  assert(room <= buffer_.size());
  for (; !values.empty(); values = values.subspan(values_per_pixel)) {
    if (buffer_.size() - n_buffered_ < room) TM_TRY(Flush());
    for (std::size_t i = 0; i < values_per_pixel; ++i) {
      if (json_ && (n_pixels_ > 0 || i > 0)) PutText(",");
      PutValue(values[i]);
    }
    ++n_pixels_;
  }
  return {};
}

Result<void> WaveformFile::Finish() { return Flush(); }

// The end of the JSON goes out with every piece and is overwritten by the next.
Result<void> WaveformFile::Flush() {
  const std::size_t n_kept = n_buffered_;
  if (json_) PutText(kJsonEnd);
  TM_TRY(WriteAt(std::span(buffer_).first(n_buffered_), file_bytes_));
  file_bytes_ += static_cast<std::int64_t>(n_kept);
  n_buffered_ = 0;
  if (json_) {
    std::array<char, kLengthDigits> digits{};
    fmt::format_to(digits.data(), "{:>{}}", LengthField(n_pixels_), kLengthDigits);
    return WriteAt(std::as_bytes(std::span(digits)), length_offset_);
  }
  PutLittleEndian(LengthField(n_pixels_));
  const std::size_t n_length_bytes = std::exchange(n_buffered_, 0);
  return WriteAt(std::span(buffer_).first(n_length_bytes), length_offset_);
}

Result<void> WaveformFile::WriteAt(std::span<const std::byte> bytes, std::int64_t offset) {
  const int error = io::WriteAt(fd_.get(), bytes, offset);
  if (error != 0) return CannotWrite(path_, error);
  return {};
}

}  // namespace tidemark::io
