#include "io/ffmpeg_module_settings.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "io/ffmpeg_module_samples.h"

namespace tidemark::io {
namespace {

bool IsLossless(const AVCodec& encoder) {
  const AVCodecDescriptor* const descriptor = avcodec_descriptor_get(encoder.id);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSY) == 0;
}

std::string DescribeLayout(const AVChannelLayout& layout) {
  std::array<char, 128> text{};
  av_channel_layout_describe(&layout, text.data(), text.size());
  return text.data();
}

// The lowest rate that loses nothing, else the highest.
int NearestRate(const AVCodec& encoder, int rate_hz) {
  if (encoder.supported_samplerates == nullptr) return rate_hz;
  int above = 0;
  int highest = 0;
  for (const int* rate = encoder.supported_samplerates; *rate != 0; ++rate) {
    highest = std::max(highest, *rate);
    if (*rate >= rate_hz && (above == 0 || *rate < above)) above = *rate;
  }
  return above != 0 ? above : highest;
}

std::string ChannelCounts(const AVCodec& encoder) {
  std::string list;
  int last = 0;
  for (const AVChannelLayout* l = encoder.ch_layouts; l->nb_channels != 0; ++l) {
    if (l->nb_channels == last) continue;
    last = l->nb_channels;
    list += list.empty() ? fmt::format("{}", last) : fmt::format(", {}", last);
  }
  return list;
}

// The track's speakers, or where the encoder does not know them its own arrangement of as many.
Result<void> ChooseLayout(const StreamFormat& format, const AVCodec& encoder,
                          const std::string& codec_name, const std::string& name,
                          AVChannelLayout* layout, std::string* warning) {
  if (av_channel_layout_from_mask(layout, format.channel_mask) < 0 ||
      layout->nb_channels != format.channels) {
    av_channel_layout_default(layout, format.channels);
  }
  if (encoder.ch_layouts == nullptr) return {};
  const AVChannelLayout* same_count = nullptr;
  for (const AVChannelLayout* l = encoder.ch_layouts; l->nb_channels != 0; ++l) {
    if (av_channel_layout_compare(l, layout) == 0) return {};
    if (l->nb_channels == format.channels && same_count == nullptr) same_count = l;
  }
  if (same_count == nullptr) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: {} takes {} channels, not {}; choose another codec or a file of "
                            "another kind",
                            name, codec_name, ChannelCounts(encoder), format.channels));
  }
  if (format.channel_mask != 0) {
    AddWarning(fmt::format("{} has no speakers {}; its channels are marked as {}", codec_name,
                           DescribeLayout(*layout), DescribeLayout(*same_count)),
               warning);
  }
  av_channel_layout_uninit(layout);
  av_channel_layout_copy(layout, same_count);
  return {};
}

// The encoder's first float format for lossy codecs, else its narrowest integer of `bits` or more.
AVSampleFormat ChooseFormat(const AVCodec& encoder, int bits) {
  AVSampleFormat best = AV_SAMPLE_FMT_NONE;
  for (const AVSampleFormat* f = encoder.sample_fmts; *f != AV_SAMPLE_FMT_NONE; ++f) {
    if (!SampleWriter::Knows(*f)) continue;
    const AVSampleFormat packed = av_get_packed_sample_fmt(*f);
    const bool is_float = packed == AV_SAMPLE_FMT_FLT || packed == AV_SAMPLE_FMT_DBL;
    if (!IsLossless(encoder) && is_float) return *f;
    if (best == AV_SAMPLE_FMT_NONE) best = *f;
    const int width = 8 * av_get_bytes_per_sample(*f);
    const int best_width = 8 * av_get_bytes_per_sample(best);
    if (is_float || !IsLossless(encoder)) continue;
    if (width >= bits && (best_width < bits || width < best_width)) best = *f;
  }
  return best;
}

Result<void> ChooseWidth(const AudioTrackSpec& track, const OutputCodec& codec,
                         const std::string& name, AVCodecContext& context) {
  const bool is_pcm = codec.name.starts_with("pcm_");
  const int own_bits = is_pcm ? av_get_bits_per_sample(codec.encoder->id) : 0;
  const bool lossless = IsLossless(*codec.encoder);
  if (is_pcm && track.bits != 0 && track.bits != own_bits) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: {} has {} bits, not {}", name, codec.name, own_bits, track.bits));
  }
  if (lossless && !is_pcm && track.bits != 0 && track.bits != 16 && track.bits != 24) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: {} is written with 16 or 24 bits, not {}", name,
                                               codec.name, track.bits));
  }
  const int bits = is_pcm ? own_bits : track.bits != 0 ? track.bits : 16;
  context.sample_fmt = ChooseFormat(*codec.encoder, bits);
  if (context.sample_fmt == AV_SAMPLE_FMT_NONE) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: no sample format of {} is known here", name, codec.name));
  }
  // A-law and mu-law make their 8 bits of 16.
  const int format_bits = 8 * av_get_bytes_per_sample(context.sample_fmt);
  context.bits_per_raw_sample = lossless && bits > 8 ? std::min(bits, format_bits) : format_bits;
  return {};
}

// What the codec is known to be transparent, or nearly so, with.
void ChooseBitRate(const AudioTrackSpec& track, const OutputCodec& codec, AVCodecContext& context) {
  if (IsLossless(*codec.encoder)) return;
  const int channels = context.ch_layout.nb_channels;
  // Low rates have less to encode.
  const std::int64_t share =
      std::min(1000 * std::int64_t{context.sample_rate} / 44'100, std::int64_t{1000});
  const auto scaled = [share](std::int64_t bps) {
    return std::max(bps * share / 1000, std::int64_t{16'000});
  };
  if (track.bit_rate_bps > 0) {
    context.bit_rate = track.bit_rate_bps;
  } else if (codec.name == "mp3") {
    context.flags |= AV_CODEC_FLAG_QSCALE;  // LAME's -V 2: 170 to 210 kbit/s
    context.global_quality = 2 * FF_QP2LAMBDA;
  } else if (codec.name == "vorbis") {
    context.flags |= AV_CODEC_FLAG_QSCALE;  // -q 5: about 160 kbit/s
    context.global_quality = 5 * FF_QP2LAMBDA;
  } else if (codec.name == "opus") {
    context.bit_rate = channels == 1 ? 80'000 : 64'000 * std::int64_t{channels};
  } else if (codec.name == "aac") {
    context.bit_rate = scaled(channels == 1 ? 96'000 : 80'000 * std::int64_t{channels});
  } else {
    context.bit_rate =
        channels == 1 ? 128'000 : std::min(96'000 * std::int64_t{channels}, std::int64_t{448'000});
  }
}

}  // namespace

void AddWarning(const std::string& sentence, std::string* warning) {
  if (sentence.empty()) return;
  if (!warning->empty()) *warning += "; ";
  *warning += sentence;
}

int SampleBits(const AVCodecContext& context) { return context.bits_per_raw_sample; }

Result<void> ConfigureAudio(const AudioTrackSpec& track, const OutputCodec& codec,
                            const std::string& name, AVCodecContext& context,
                            std::string* warning) {
  context.sample_rate = NearestRate(*codec.encoder, track.format.sample_rate_hz);
  if (context.sample_rate != track.format.sample_rate_hz) {
    AddWarning(fmt::format("{} does not take {} Hz; resampled to {} Hz", codec.name,
                           track.format.sample_rate_hz, context.sample_rate),
               warning);
  }
  TM_TRY(ChooseLayout(track.format, *codec.encoder, codec.name, name, &context.ch_layout, warning));
  TM_TRY(ChooseWidth(track, codec, name, context));
  ChooseBitRate(track, codec, context);
  context.time_base = AVRational{1, context.sample_rate};
  context.thread_count = 1;
  context.strict_std_compliance = FF_COMPLIANCE_NORMAL;
  return {};
}

}  // namespace tidemark::io
