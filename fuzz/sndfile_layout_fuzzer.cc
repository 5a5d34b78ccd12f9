#include <cstdint>
#include <cstdlib>

#include "io/flac_frame.h"
#include "io/ogg_page.h"
#include "io/sndfile_layout.h"
#include "tests/io/memory_stream.h"

// The parsers that find where libsndfile is to begin, and where it goes on behind damage.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const auto file = std::as_bytes(std::span(data, size));
  testing::MemoryStream stream(file);
  io::DecoderInput input(stream);
  const auto layout = io::FindSndfileLayout(input);
  if (layout && layout->header_bytes > layout->header.size()) std::abort();
  const auto behind_junk = io::FindMpegBehindJunk(input);
  if (behind_junk && behind_junk->start >= static_cast<std::int64_t>(size)) std::abort();
  const auto page = io::ParseOggPage(file);
  if (page && page->header_bytes > size) std::abort();
  if (size >= 42) {
    const io::FlacStreamInfo info = io::ParseFlacStreamInfo(file);
    const auto frame = io::ParseFlacFrame(file, info);
    if (frame && frame->first_sample < 0) std::abort();
  }
  return 0;
}
