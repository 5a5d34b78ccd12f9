#include "io/ffmpeg_source.h"
#include "io/open_source.h"
#include "io/sndfile_source.h"

namespace tidemark::io {

std::vector<FormatRow> ListFormats() {
  std::vector<FormatRow> rows = {
      {"WAV, RF64, BW64, W64", "PCM 8-64 bit, float 32/64, A-law, mu-law", "pcm", true},
      {"AIFF, AIFF-C", "PCM 8-32 bit, float 32/64, A-law, mu-law", "pcm", true},
      {"CAF", "PCM 8-32 bit, float 32/64, A-law, mu-law", "pcm", true},
      {"raw", "PCM 8-32 bit, float 32/64, A-law, mu-law (--raw)", "pcm", true},
  };
  for (FormatRow& row : ListSndfileFormats()) rows.push_back(std::move(row));
  for (FormatRow& row : ListFfmpegFormats()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace tidemark::io
