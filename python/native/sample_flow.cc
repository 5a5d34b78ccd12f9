#include "sample_flow.h"

#include <algorithm>

#include "dsp/finite_kernels.h"

namespace tidemark::python {
namespace {

// Read at once, per channel.
constexpr std::size_t kSourceFrames = 4096;

std::size_t OutChannels(const FlowOptions& options, const StreamFormat& format) {
  return options.mono ? 1 : static_cast<std::size_t>(format.channels);
}

bool Converts(const FlowOptions& options, const StreamFormat& format) {
  return options.sample_rate_hz && *options.sample_rate_hz != format.sample_rate_hz;
}

// For one piece: each input frame makes out / in frames, rounded up; the end, 32 periods of the
// lower rate either side.
std::size_t ConvertedFrames(int out_hz, int in_hz) {
  constexpr std::size_t kPiece = dsp::RateConverter::kMaxPieceFrames;
  const auto out = static_cast<std::size_t>(out_hz);
  const auto in = static_cast<std::size_t>(in_hz);
  return (kPiece + 64) * (out / in + 1) + 128;
}

}  // namespace

std::size_t SampleFlow::PlanBytes(const FlowOptions& options, const StreamFormat& format) {
  const auto n_in = static_cast<std::size_t>(format.channels);
  const std::size_t n_out = OutChannels(options, format);
  std::size_t bytes = n_in * memory::ArenaBytes<float>(kSourceFrames);
  if (n_out != n_in) bytes += memory::ArenaBytes<float>(kSourceFrames);
  if (Converts(options, format)) {
    const int out_hz = *options.sample_rate_hz;
    bytes += dsp::RateConverter::PlanBytes(format.sample_rate_hz, out_hz, n_out);
    bytes += n_out * memory::ArenaBytes<float>(ConvertedFrames(out_hz, format.sample_rate_hz));
  }
  return bytes;
}

SampleFlow::SampleFlow(const FlowOptions& options, const StreamFormat& format,
                       engine::RangeReader reader, memory::Arena& arena)
    : reader_(reader),
      n_in_(static_cast<std::size_t>(format.channels)),
      n_out_(OutChannels(options, format)) {
  for (std::size_t c = 0; c < n_in_; ++c) source_[c] = arena.Take<float>(kSourceFrames).data();
  mixed_ = source_;
  if (n_out_ != n_in_) {
    mixed_[0] = arena.Take<float>(kSourceFrames).data();
    if (n_in_ <= dsp::ChannelMatrix::kMaxMatrixChannels) matrix_.emplace(n_in_, n_out_);
  }
  ready_ = &mixed_;
  if (!Converts(options, format)) return;
  const int out_hz = *options.sample_rate_hz;
  converter_.emplace(format.sample_rate_hz, out_hz, n_out_, arena);
  const std::size_t n = ConvertedFrames(out_hz, format.sample_rate_hz);
  assert(n >= converter_->MaxOut(dsp::RateConverter::kMaxPieceFrames) &&
         n >= converter_->MaxFinish());
  for (std::size_t c = 0; c < n_out_; ++c) converted_[c] = arena.Take<float>(n).data();
  ready_ = &converted_;
}

Result<std::size_t> SampleFlow::Read(std::span<float> out) {
  const std::size_t wanted = out.size() / n_out_;
  std::size_t done = 0;
  while (done < wanted) {
    if (ready_at_ == n_ready_) {
      if (ended_) break;
      TM_TRY(Refill());
      continue;
    }
    const std::size_t n = std::min(wanted - done, n_ready_ - ready_at_);
    for (std::size_t c = 0; c < n_out_; ++c) {
      const float* from = (*ready_)[c] + ready_at_;
      float* to = out.data() + done * n_out_ + c;
      for (std::size_t i = 0; i < n; ++i) to[i * n_out_] = from[i];
    }
    ready_at_ += n;
    done += n;
  }
  return done;
}

Result<void> SampleFlow::Refill() {
  ready_at_ = 0;
  if (converter_ && mixed_at_ < n_mixed_) {
    Convert();
    return {};
  }
  TM_TRY(ReadSource());
  if (!converter_) {
    n_ready_ = n_mixed_;
    ended_ = source_ended_;
  } else if (source_ended_) {
    n_ready_ = converter_->Finish(converted_.data());
    ended_ = true;
  } else {
    Convert();
  }
  return {};
}

Result<void> SampleFlow::ReadSource() {
  engine::ReadBlock block;
  TM_TRY_ASSIGN(block, reader_.Read(AudioBlock(std::span<float* const>(source_).first(n_in_),
                                               kSourceFrames)));
  n_mixed_ = block.audio.n_frames();
  mixed_at_ = 0;
  source_ended_ = n_mixed_ == 0;
  for (std::size_t c = 0; c < n_in_; ++c) {
    non_finite_samples_ += static_cast<std::int64_t>(dsp::ReplaceNonFinite({source_[c], n_mixed_}));
  }
  if (n_out_ != n_in_) Mix(block.audio);
  return {};
}

void SampleFlow::Mix(AudioBlock block) {
  const std::size_t n = block.n_frames();
  if (matrix_) {
    matrix_->Mix(source_.data(), n, mixed_.data());
    return;
  }
  std::fill_n(mixed_[0], n, 0.0F);
  for (std::size_t c = 0; c < n_in_; ++c) {
    for (std::size_t i = 0; i < n; ++i) mixed_[0][i] += source_[c][i];
  }
  for (std::size_t i = 0; i < n; ++i) mixed_[0][i] /= static_cast<float>(n_in_);
}

void SampleFlow::Convert() {
  const std::size_t n = std::min(n_mixed_ - mixed_at_, dsp::RateConverter::kMaxPieceFrames);
  std::array<const float*, kMaxChannels> from{};
  for (std::size_t c = 0; c < n_out_; ++c) from[c] = mixed_[c] + mixed_at_;
  n_ready_ = converter_->Convert(from.data(), n, converted_.data());
  mixed_at_ += n;
}

}  // namespace tidemark::python
