// FfmpegModuleEncoder: audio tracks, tags, chapters, a cover and video into one file through
// libavformat. Made through FfmpegModule::open_encoder. One owner, one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/byte_sink.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_audio.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_streams.h"
#include "io/ffmpeg_module_video.h"

namespace tidemark::io {

class FfmpegModuleEncoder final : public Encoder {
 public:
  // Errors as OpenFfmpegEncoder().
  static Result<std::unique_ptr<Encoder>> Create(const EncodeSpec& spec,
                                                 std::unique_ptr<ByteSink> sink);

  [[nodiscard]] const MemoryAllowance& allowance() const override { return allowance_; }
  Result<void> Write(std::size_t track, const AudioBlock& block) override;
  Result<void> AdvanceVideo(double output_s) override;
  Result<void> Finish() override;
  [[nodiscard]] std::string warning() const override;

 private:
  explicit FfmpegModuleEncoder(std::unique_ptr<ByteSink> sink) : sink_(std::move(sink)) {}
  Result<void> Open(const EncodeSpec& spec);
  Result<void> AddStreams(const EncodeSpec& spec, const OutputContainer& container);
  Result<void> AddAudio(const AudioTrackSpec& spec, const OutputContainer& container,
                        const AVStream* source);
  Result<void> AddFromSource(const EncodeSpec& spec, const OutputContainer& container);
  Result<void> CheckCancelled() const;

  std::unique_ptr<ByteSink> sink_;
  std::unique_ptr<OutputMuxer> muxer_;
  LayoutPointer layout_;  // of the source, where the spec names one; while streams are added
  std::unique_ptr<FfmpegModuleVideo> video_;  // null: none
  std::vector<std::unique_ptr<AudioTrack>> tracks_;
  const Cancellation* cancellation_ = nullptr;
  MemoryAllowance allowance_;
  std::string warning_;
};

}  // namespace tidemark::io
