// AudioTrack: one audio track of an output: planar float in, packets into the muxer. Converts to
// the encoder's sample format, and to a rate that it takes where it must; holds less than one
// frame of the codec. Owned by FfmpegModuleEncoder; one thread.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswresample/swresample.h>
}

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/audio_block.h"
#include "base/result.h"
#include "io/encoder.h"
#include "io/ffmpeg_module_muxer.h"
#include "io/ffmpeg_module_outputs.h"
#include "io/ffmpeg_module_samples.h"

namespace tidemark::io {

class AudioTrack {
 public:
  // Opens the encoder and adds its stream to `muxer`, which must outlive the track. kUsage where
  // the codec does not take the channels, width or rate; kUnsupported, kMemory. `name` is what
  // messages call the file.
  static Result<std::unique_ptr<AudioTrack>> Create(const AudioTrackSpec& spec,
                                                    const OutputContainer& container,
                                                    const std::string& name, OutputMuxer& muxer);
  AudioTrack(const AudioTrack&) = delete;
  AudioTrack& operator=(const AudioTrack&) = delete;
  ~AudioTrack();

  // The next samples. REQUIRES: as many channels as the spec said. kIo, kMemory.
  Result<void> Write(const AudioBlock& block);
  // What is left, padded as the codec wants and signalled so. kIo, kMemory.
  Result<void> Finish();

  // Its stream in the muxer; what is said of it may be added up to the header.
  [[nodiscard]] AVStream& stream() { return *stream_; }
  [[nodiscard]] int rate_hz() const { return codec_->sample_rate; }
  [[nodiscard]] std::size_t n_channels() const { return waiting_.size(); }
  [[nodiscard]] const std::string& codec_name() const { return codec_name_; }
  // "; "-separated sentences for people; empty: all as asked.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  AudioTrack(const std::string& name, OutputMuxer& muxer) : name_(name), muxer_(muxer) {}
  Result<void> OpenCodec(const AudioTrackSpec& spec, const OutputCodec& codec);
  Result<void> AddStream(const AudioTrackSpec& spec);
  Result<void> PrepareBuffers(int in_rate_hz);
  Result<void> Append(const float* const* planes, std::size_t n_frames);
  Result<void> Resample(const float* const* planes, std::size_t n_frames);
  Result<void> Encode(std::size_t n_frames);
  void StampForMatroska(AVPacket& packet) const;
  Result<void> Drain();
  [[nodiscard]] tl::unexpected<Error> Failed(int code) const;

  std::string name_;
  std::string codec_name_;
  OutputMuxer& muxer_;
  bool is_matroska_ = false;
  std::string warning_;
  AVCodecContext* codec_ = nullptr;
  AVStream* stream_ = nullptr;
  SwrContext* resampler_ = nullptr;
  AVFrame* frame_ = nullptr;
  AVPacket* packet_ = nullptr;
  SampleWriter writer_;
  std::vector<std::vector<float>> waiting_;  // a plane each, of one frame of the codec
  std::vector<float*> waiting_planes_;
  std::size_t n_waiting_ = 0;
  std::vector<std::vector<float>> resampled_;
  std::vector<float*> resampled_planes_;
  int in_rate_hz_ = 0;
  std::int64_t n_in_ = 0;       // frames taken
  std::int64_t n_encoded_ = 0;  // frames given to the encoder
};

}  // namespace tidemark::io
