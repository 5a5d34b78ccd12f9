#include "io/ffmpeg_module_video_plan.h"

extern "C" {
#include <libavutil/imgutils.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <thread>

#include "base/text.h"

namespace tidemark::io {
namespace {

constexpr int kMaxThreads = 16;
constexpr std::uint64_t kMiB = 1024 * 1024;

// What x264's presets say; x265's differ little.
struct Preset {
  std::string_view name;
  int lookahead;
  int references;
  int b_frames;
};
constexpr std::array kPresets = std::to_array<Preset>({
    {"ultrafast", 0, 1, 0},
    {"superfast", 0, 1, 3},
    {"veryfast", 10, 1, 3},
    {"faster", 20, 2, 3},
    {"fast", 30, 2, 3},
    {"medium", 40, 3, 3},
    {"slow", 50, 5, 3},
    {"slower", 60, 8, 3},
    {"veryslow", 60, 16, 8},
    {"placebo", 60, 16, 16},
});

const Preset& PresetOf(const VideoSpec& spec) {
  for (const Preset& preset : kPresets) {
    if (preset.name == spec.preset) return preset;
  }
  return kPresets[5];
}

// Bytes of an encoder, in pictures: those that wait in the look-ahead, and those that it has made
// and keeps as references.
struct EncoderCost {
  std::string_view name;
  double waiting;
  double kept;
  int lookahead;  // -1: the preset's
};
constexpr std::array kCosts = std::to_array<EncoderCost>({
    {"libx264", 2.2, 3.5, -1},
    {"libx264rgb", 2.2, 3.5, -1},
    {"libx265", 4.0, 6.0, 20},
    {"libvpx", 2.4, 4.0, 25},
    {"libvpx-vp9", 2.4, 4.0, 25},
    {"libaom-av1", 3.0, 4.0, 35},
    {"libsvtav1", 6.0, 6.0, 60},
});
constexpr EncoderCost kOtherCost{"", 1.2, 1.5, 4};

const EncoderCost& CostOf(std::string_view name) {
  for (const EncoderCost& cost : kCosts) {
    if (cost.name == name) return cost;
  }
  return kOtherCost;
}

struct Picture {
  std::uint64_t decoded_bytes;
  std::uint64_t coded_bytes;
  int n_references;
};

std::uint64_t Estimate(const VideoSpec& spec, const AVCodec& codec, const Picture& picture,
                       const VideoPlan& plan) {
  const EncoderCost& cost = CostOf(codec.name);
  const Preset& preset = PresetOf(spec);
  const int lookahead =
      plan.encoder.lookahead.value_or(cost.lookahead < 0 ? preset.lookahead : cost.lookahead);
  const int b_frames = plan.encoder.b_frames.value_or(preset.b_frames);
  const int references = plan.encoder.references.value_or(preset.references);
  const int frame_threads = plan.encoder.slices ? 1 : plan.encoder.threads;
  const int decoder_threads = plan.decoder.slices ? 1 : plan.decoder.threads;
  const double waiting = lookahead + b_frames + 2 * frame_threads + 2;
  const double kept = references + 2 + frame_threads;
  // Of the decoder: its references, one in each thread, and those that pass to the encoder.
  const double decoded = picture.n_references + 2 * decoder_threads + 6;
  const double bytes =
      decoded * static_cast<double>(picture.decoded_bytes) +
      (waiting * cost.waiting + kept * cost.kept) * static_cast<double>(picture.coded_bytes);
  return static_cast<std::uint64_t>(bytes) + 12 * kMiB;
}

// From the fastest to the smallest.
std::array<VideoPlan, 9> Candidates(int n_threads, const Preset& preset) {
  std::array<VideoPlan, 9> plans;
  VideoPlan plan;
  plan.decoder.threads = n_threads;
  plan.encoder.threads = n_threads;
  plans[0] = plan;
  plan.decoder = {1, true};
  plans[1] = plan;
  plan.encoder.lookahead = std::min(preset.lookahead, 20);
  plans[2] = plan;
  plan.encoder.lookahead = std::min(preset.lookahead, 10);
  plans[3] = plan;
  plan.encoder.slices = true;
  plans[4] = plan;
  plan.encoder.references = 1;
  plans[5] = plan;
  plan.encoder.lookahead = std::min(preset.lookahead, 5);
  plan.encoder.b_frames = std::min(preset.b_frames, 2);
  plans[6] = plan;
  plan.encoder.lookahead = 0;
  plan.encoder.b_frames = 0;
  plans[7] = plan;
  plan.encoder.threads = 1;
  plans[8] = plan;
  return plans;
}

}  // namespace

Result<VideoPlan> MakeVideoPlan(const VideoSpec& spec, const AVCodec& codec, const AVFrame& first,
                                int n_references, std::optional<std::int64_t> ceiling_bytes) {
  const int decoded = av_image_get_buffer_size(static_cast<AVPixelFormat>(first.format),
                                               first.width + 64, first.height + 64, 32);
  const auto bytes = static_cast<std::uint64_t>(std::max(decoded, 0));
  const Picture picture{bytes, bytes, n_references};
  const int n_threads =
      std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMaxThreads);
  VideoPlan last;
  for (VideoPlan& plan : Candidates(n_threads, PresetOf(spec))) {
    plan.bytes = Estimate(spec, codec, picture, plan);
    if (!ceiling_bytes || static_cast<std::int64_t>(plan.bytes) <= *ceiling_bytes) return plan;
    last = plan;
  }
  const auto mebibytes = [](double n_bytes) {
    return static_cast<std::int64_t>(std::ceil(n_bytes / static_cast<double>(kMiB)));
  };
  const auto needed = static_cast<double>(last.bytes);
  const auto left = static_cast<double>(*ceiling_bytes);
  return Fail(ErrorCode::kMemory,
              fmt::format("{}: its video of {} x {} points takes {} MiB at least, {} are left for "
                          "it; give --memory {} MiB more, or --copy, which decodes nothing",
                          Printable(spec.input_path), first.width, first.height, mebibytes(needed),
                          mebibytes(std::max(left, 0.0)),
                          mebibytes((needed - left) * kVideoMappedOverTouched)));
}

}  // namespace tidemark::io
