#include <cstdint>
#include <vector>

#include "io/mp4_samples.h"
#include "io/mp4_short_tables.h"
#include "tests/io/memory_stream.h"

// The tables of every track of a mutated MP4 are checked, walked, jumped in and shortened.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tidemark::testing::MemoryStream bytes(std::as_bytes(std::span(data, size)));
  const auto tracks = tidemark::io::FindMp4Samples(bytes);
  if (!tracks) return 0;
  for (const tidemark::io::Mp4Samples& track : *tracks) {
    tidemark::io::Mp4SampleCursor cursor(bytes, track);
    for (const std::int64_t time : {0, 1000, 1 << 20}) {
      const auto index = cursor.IndexAt(time);
      if (!index) break;
      const auto key = cursor.KeyAtOrBefore(*index);
      if (!key || !cursor.MoveTo(*key)) break;
      for (int i = 0; i < 1000; ++i) {
        const auto sample = cursor.Next();
        if (!sample || !*sample) break;
      }
    }
  }
  const auto view = tidemark::io::ShortTables::Create(bytes, *tracks);
  std::vector<std::byte> all(size);
  if (view && (*view)->Seek(0)) static_cast<void>((*view)->Read(all));
  return 0;
}
