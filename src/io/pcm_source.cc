#include "io/pcm_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "io/aiff_header.h"
#include "io/buffered_bytes.h"
#include "io/bus_error_guard.h"
#include "io/caf_header.h"
#include "io/mapped_bytes.h"
#include "io/pcm_convert_kernels.h"
#include "io/raw_format.h"
#include "io/w64_header.h"
#include "io/wav_header.h"

namespace tidemark::io {
namespace {

// What the guarded conversion gets; plain values, so that it can be left in the middle.
struct Conversion {
  PcmConverter convert;
  std::span<const std::byte> in;
  std::size_t n_frames;
  std::size_t channels;
  std::array<float*, kMaxChannels> out;
  bool ends_in_zeros;
};

void RunConversion(void* context) {
  auto& work = *static_cast<Conversion*>(context);
  work.convert(work.in.data(), work.n_frames, work.channels, work.out.data());
  const auto tail = work.in.last(std::min<std::size_t>(8, work.in.size()));
  work.ends_in_zeros =
      std::all_of(tail.begin(), tail.end(), [](std::byte b) { return b == std::byte{0}; });
}

class PcmSource final : public Source {
 public:
  PcmSource(std::unique_ptr<ByteStream> stream, std::unique_ptr<SampleBytes> samples,
            PcmLayout layout, const std::string& path);

  [[nodiscard]] const SourceInfo& info() const override { return info_; }
  Result<std::size_t> Read(AudioBlock out) override;
  Result<void> Seek(std::int64_t frame) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }
  [[nodiscard]] std::string warning() const override;
  [[nodiscard]] std::optional<PcmExtent> extent() const override;

 private:
  Result<std::size_t> ReadOnce(AudioBlock out, std::size_t done);
  Result<void> NoteEnd(std::size_t n_left_over);
  Result<void> LookBehindEnd();

  PcmLayout layout_;
  SourceInfo info_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<SampleBytes> samples_;
  PcmConverter convert_;
  std::int64_t offset_;  // of the next frame in the file
  bool truncated_ = false;
  bool shrunk_ = false;
  bool looked_behind_end_ = false;
};

PcmSource::PcmSource(std::unique_ptr<ByteStream> stream, std::unique_ptr<SampleBytes> samples,
                     PcmLayout layout, const std::string& path)
    : layout_(std::move(layout)),
      stream_(std::move(stream)),
      samples_(std::move(samples)),
      convert_(
          FindPcmConverter(layout_.encoding, static_cast<std::size_t>(layout_.stream.channels))),
      offset_(layout_.data_offset) {
  const auto frame_bytes = static_cast<std::int64_t>(layout_.frame_bytes());
  info_.path = path;
  info_.format = layout_.format;
  info_.encoding = EncodingName(layout_.encoding);
  info_.decoder = "pcm";
  info_.stream = layout_.stream;
  const SampleKind kind = layout_.encoding.kind;
  if (kind == SampleKind::kSigned || kind == SampleKind::kUnsigned) {
    info_.bits = static_cast<int>(8 * layout_.encoding.n_bytes);
  }
  info_.seekable = stream_->seekable();
  info_.allowance = samples_->allowance();
  if (!info_.seekable) info_.allowance.anonymous_bytes += kReplayBytes;
  if (layout_.declared_bytes) info_.declared_frames = *layout_.declared_bytes / frame_bytes;
  truncated_ = layout_.data_bytes && stream_->size() &&
               (layout_.declared_bytes.value_or(0) > *layout_.data_bytes ||
                *layout_.data_bytes % frame_bytes != 0);
}

Result<std::size_t> PcmSource::Read(AudioBlock out) {
  assert(out.n_channels() == static_cast<std::size_t>(layout_.stream.channels));
  std::size_t done = 0;
  while (done < out.n_frames()) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, ReadOnce(out, done));
    if (n == 0) break;
    done += n;
  }
  return done;
}

// One view's worth of frames into out from frame `done` on; 0 = end.
Result<std::size_t> PcmSource::ReadOnce(AudioBlock out, std::size_t done) {
  const std::size_t frame_bytes = layout_.frame_bytes();
  std::span<const std::byte> view;
  TM_TRY_ASSIGN(view, samples_->View(offset_, frame_bytes, (out.n_frames() - done) * frame_bytes));
  const std::size_t n_frames = view.size() / frame_bytes;
  if (n_frames == 0) {
    TM_TRY(NoteEnd(view.size()));
    return std::size_t{0};
  }
  const auto whole = view.first(n_frames * frame_bytes);
  Conversion work{convert_, whole, n_frames, out.n_channels(), {}, false};
  for (std::size_t c = 0; c < work.channels; ++c) work.out[c] = out.channel(c).data() + done;
  const bool finished = FinishesWithoutBusError(whole, RunConversion, &work);
  // Where a file was cut, its last page goes on in zeros before the pages raise bus errors.
  if (!finished || work.ends_in_zeros) {
    const bool shrank = samples_->NoticeShrinking();
    if (!finished && !shrank) {
      return Fail(ErrorCode::kIo,
                  fmt::format("{}: reading failed near byte {}", info_.path, offset_));
    }
    shrunk_ = shrunk_ || shrank;
    if (shrank) return ReadOnce(out, done);
  }
  offset_ += static_cast<std::int64_t>(whole.size());
  return n_frames;
}

Result<void> PcmSource::NoteEnd(std::size_t n_left_over) {
  shrunk_ = samples_->NoticeShrinking() || shrunk_;
  const std::int64_t end = offset_ + static_cast<std::int64_t>(n_left_over);
  const bool short_of_declared =
      layout_.declared_bytes && end < layout_.data_offset + *layout_.declared_bytes;
  truncated_ = truncated_ || shrunk_ || n_left_over != 0 || short_of_declared;
  const bool claimed = layout_.data_bytes && !stream_->size() && !truncated_;
  return claimed && !std::exchange(looked_behind_end_, true) ? LookBehindEnd() : Result<void>{};
}

// Of a pipe nobody knows whether a size has wrapped; by path the file's own size tells.
Result<void> PcmSource::LookBehindEnd() {
  std::array<std::byte, 5> next{};  // the name of a chunk, perhaps after a padding byte
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, stream_->Read(next));
  if (n < next.size()) return {};
  const auto name = std::span(next).subspan(*layout_.data_bytes % 2 == 0 ? 0 : 1, 4);
  const bool is_name = std::ranges::all_of(
      name, [](std::byte b) { return b >= std::byte{' '} && b <= std::byte{'~'}; });
  if (is_name) return {};
  AddWarning(layout_.warning,
             fmt::format("more than the {} bytes of samples that the header declares came through "
                         "the pipe, and was left; a file over 4 GiB is read whole by its path",
                         *layout_.data_bytes));
  return {};
}

std::string PcmSource::warning() const {
  if (!shrunk_) return layout_.warning;
  std::string text = layout_.warning;
  AddWarning(text, "the file became shorter while it was read");
  return text;
}

std::optional<PcmExtent> PcmSource::extent() const {
  if (stream_->mappable_fd() < 0) return std::nullopt;
  const auto frame_bytes = static_cast<std::int64_t>(layout_.frame_bytes());
  return PcmExtent{.fd = stream_->mappable_fd(),
                   .data_offset = layout_.data_offset,
                   .encoding = layout_.encoding,
                   .frame_bytes = frame_bytes,
                   .n_frames = layout_.data_bytes.value_or(0) / frame_bytes};
}

Result<void> PcmSource::Seek(std::int64_t frame) {
  if (!info_.seekable) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: a pipe cannot be seeked", info_.path));
  }
  const auto frame_bytes = static_cast<std::int64_t>(layout_.frame_bytes());
  // Beyond the end is one place, whatever the number: just past the last byte.
  const std::int64_t n_bytes = layout_.data_bytes.value_or(0);
  offset_ = layout_.data_offset + (frame > n_bytes / frame_bytes ? n_bytes : frame * frame_bytes);
  return {};
}

bool IsW64(std::span<const std::byte> head) {
  return HasText(head, 0, "riff") && HasText(head, 24, "wave");
}

bool IsAiff(std::span<const std::byte> head) {
  return HasText(head, 0, "FORM") && (HasText(head, 8, "AIFF") || HasText(head, 8, "AIFC"));
}

Result<PcmLayout> ParseHeader(ByteStream& bytes) {
  std::array<std::byte, kPcmMagicBytes> head{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes.Read(head));
  TM_TRY(bytes.Seek(0));
  const std::span<const std::byte> present(head.data(), n);
  if (IsW64(present)) return ParseW64Header(bytes);
  if (IsAiff(present)) return ParseAiffHeader(bytes);
  if (HasText(present, 0, "caff")) return ParseCafHeader(bytes);
  return ParseWavHeader(bytes);
}

Result<std::unique_ptr<SampleBytes>> OpenSamples(ByteStream& bytes, const PcmLayout& layout,
                                                 const std::string& path) {
  std::optional<std::int64_t> end;
  if (layout.data_bytes) end = layout.data_offset + *layout.data_bytes;
  if (bytes.mappable_fd() >= 0 && end) {
    auto mapped = MappedBytes::Create(bytes.mappable_fd(), layout.data_offset, *end, path);
    if (mapped) {
      InstallBusErrorGuard();
      return std::move(*mapped);
    }
  }
  // A pipe, or a file system without maps: the buffer does the same work.
  return std::make_unique<BufferedBytes>(bytes, end);
}

Result<std::unique_ptr<Source>> Open(std::unique_ptr<ByteStream>& bytes, const std::string& path,
                                     const std::optional<RawFormat>& raw) {
  PcmLayout layout;
  TM_TRY_ASSIGN(layout, raw ? LayoutOfRaw(*raw, bytes->size()) : ParseHeader(*bytes));
  std::unique_ptr<SampleBytes> samples;
  TM_TRY_ASSIGN(samples, OpenSamples(*bytes, layout, path));
  return std::make_unique<PcmSource>(std::move(bytes), std::move(samples), std::move(layout), path);
}

}  // namespace

bool LooksLikePcm(std::span<const std::byte> head) {
  const bool riff = HasText(head, 0, "RIFF") || HasText(head, 0, "RIFX") ||
                    HasText(head, 0, "RF64") || HasText(head, 0, "BW64");
  return (riff && HasText(head, 8, "WAVE")) || IsW64(head) || IsAiff(head) ||
         HasText(head, 0, "caff");
}

Result<std::unique_ptr<Source>> OpenPcm(std::unique_ptr<ByteStream>& bytes, const std::string& path,
                                        const std::optional<RawFormat>& raw) {
  TM_TRY(bytes->Seek(0));
  auto source = Open(bytes, path, raw);
  if (source) return source;
  Error error = std::move(source).error();
  const auto rewound = bytes->Seek(0);
  // Only what another decoder might read is worth going back for.
  if (!rewound && error.code == ErrorCode::kUnsupported)
    return Fail(ErrorCode::kIo, rewound.error().message);
  // The stream's own messages name the file already.
  if (error.code != ErrorCode::kIo) error.message = fmt::format("{}: {}", path, error.message);
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace tidemark::io
