// fuzz_seeds DIR: writes a folder of small valid files for each header fuzzer to start from.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "tests/io/apple_files.h"
#include "tests/io/riff_files.h"

namespace {

using tidemark::testing::Bytes;

bool Write(const std::filesystem::path& dir, const std::string& name, const Bytes& file) {
  std::filesystem::create_directories(dir);
  std::ofstream out(dir / name, std::ios::binary);
  out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  return out.good();
}

}  // namespace

int main(int argc, char** argv) {
  namespace testing = tidemark::testing;
  if (argc != 2) {
    std::fputs("usage: fuzz_seeds DIR\n", stderr);
    return 64;
  }
  const std::filesystem::path dir = argv[1];
  const Bytes samples(48, std::byte{0x5A});
  const struct {
    const char* fuzzer;
    const char* name;
    Bytes file;
  } seeds[] = {
      {"wav_header", "pcm", testing::WavFile({1, 2, 44100, 16, 4}, samples)},
      {"wav_header", "mulaw", testing::WavFile({7, 1, 8000, 8, 1}, samples)},
      {"wav_header", "extensible", testing::WavFile({0xFFFE, 2, 48000, 24, 6, 1, 20, 3}, samples)},
      {"wav_header", "rf64", testing::Rf64File("RF64", {3, 1, 44100, 32, 4}, samples)},
      {"w64_header", "pcm", testing::W64File({1, 2, 44100, 16, 4}, samples)},
      {"aiff_header", "aiff", testing::AiffFile({"", 2, 12, 16, 44100}, samples)},
      {"aiff_header", "aiffc", testing::AiffFile({"fl32", 1, 12, 32, 44100}, samples)},
      {"caf_header", "pcm", testing::CafFile({"lpcm", 2, 4, 1, 2, 16}, samples)},
  };
  constexpr std::pair<const char*, std::string_view> kBeatLists[] = {
      {"lines", "# beats\n0.5, 1\n1.0, 2\n\n1.5\t1.5\tlabel\n"},
      {"array", "[0.5, 1, 1.5e0]"},
      {"object", R"({"tempo_bpm": 120, "beats": [0.5, 1.0, 1.5]})"},
      {"report", R"({"beats": {"count": 1, "list": [{"time_s": 0.5, "position": null}]}})"},
  };
  constexpr std::pair<const char*, std::string_view> kTimelineLists[] = {
      {"cut", R"({"schema":"tidemark.cut/1","source":{"path":"a.wav","duration_s":2,"audio":)"
              R"([{"sample_rate_hz":44100,"channels":2,"channel_mask":3}],"video":{"width":64,)"
              R"("height":36,"frame_rate":{"num":30000,"den":1001},"variable_rate":false}},)"
              R"("timebase":{"num":44100,"den":1},"n_ticks":88200,"clips":[{"begin":0,"end":9,)"
              R"("begin_s":0,"end_s":0.000204,"speed":1.5},{"begin_s":1,"end_s":2}]})"},
      {"v1", R"({"version":"1","source":"a.mp4","timebase":"30/1","chunks":[[0,26,1],)"
             R"([26,34,99999.0],[34,60,2.5]]})"},
      {"v2", R"({"version":"2","source":"a.mp4","tb":"30/1","effects":[["cut"],[],["speed:2.0",)"
             R"("volume:1"]],"clips":[[0,26,1],[26,30,0],[34,60,2]]})"},
      {"v3", R"({"version":"3","timebase":"30/1","resolution":[64,36],"samplerate":48000,)"
             R"("v":[[{"src":"a","start":0,"dur":9,"offset":0,"stream":0},{"src":"a","start":9,)"
             R"("dur":2,"offset":5,"stream":0,"effects":["speed:2.0"]}]],"a":[[{"name":"audio",)"
             R"("src":"a","start":0,"dur":9,"offset":0,"speed":1.0,"volume":1,"stream":0},)"
             R"({"src":"a","start":9,"dur":2,"offset":5,"stream":0,"speed":2}]]})"},
  };
  const auto write_texts = [&dir](const char* fuzzer, auto& texts) {
    for (const auto& [name, text] : texts) {
      const auto bytes = std::as_bytes(std::span(text));
      if (!Write(dir / fuzzer, name, Bytes(bytes.begin(), bytes.end()))) return false;
    }
    return true;
  };
  if (!write_texts("beat_list", kBeatLists) || !write_texts("timeline_list", kTimelineLists)) {
    std::fprintf(stderr, "cannot write to %s\n", dir.c_str());
    return 74;
  }
  for (const auto& [fuzzer, name, file] : seeds) {
    const std::string all_name = std::string(fuzzer) + "_" + name;
    if (!Write(dir / fuzzer, name, file) || !Write(dir / "pcm_source", all_name, file)) {
      std::fprintf(stderr, "cannot write to %s\n", dir.c_str());
      return 74;
    }
  }
  return 0;
}
