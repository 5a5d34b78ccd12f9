// How the tracks of a cut are encoded where the user does not say: as they were, if the container
// allows it. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "engine/cut_media.h"
#include "engine/cut_options.h"
#include "io/encoder.h"
#include "io/sample_encoding.h"

namespace tidemark::engine {

// "wav", "flac", ...: as given, else by the name of the file; "wav" for standard output.
std::string ContainerOf(const CutOutput& output);

// Whether WavEncoder writes this output: WAV with no codec, or one of uncompressed samples, named.
bool IsPlainWav(const CutOutput& output);

// How many audio streams go into this output: the first ones.
std::size_t TracksOf(const CutOutput& output, const CutMedia& media);

// The samples of that WAV: as the codec says, else as in the source, else 16 bits, or what `bits`
// says. kUsage for a codec or a number of bits that a WAV does not have.
Result<io::SampleEncoding> WavEncodingOf(const CutOutput& output, const CutMedia& media);

// Track `stream` for FFmpeg: codec, width, bit rate and language as in the source where the
// container holds that codec and FFmpeg writes it.
io::AudioTrackSpec TrackOf(const CutOutput& output, const CutMedia& media, std::size_t stream);

// "talk_cut.wav" from "talk.wav"; "-" from standard input.
std::string DefaultOutputPath(const std::string& input_path);

}  // namespace tidemark::engine
