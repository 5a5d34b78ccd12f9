// fuzz_seeds DIR: writes a folder of small valid files for each header fuzzer to start from.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

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
  constexpr struct {
    const char* fuzzer;
    const char* name;
    std::string_view text;
  } kTexts[] = {
      {"beat_list", "lines", "# beats\n0.5, 1\n1.0, 2\n\n1.5\t1.5\tlabel\n"},
      {"beat_list", "array", "[0.5, 1, 1.5e0]"},
      {"beat_list", "object", R"({"tempo_bpm": 120, "beats": [0.5, 1.0, 1.5]})"},
      {"beat_list", "report",
       R"({"beats": {"count": 1, "list": [{"time_s": 0.5, "position": null}]}})"},
      {"edit_rule", "audio", "audio:threshold=-28dB,stream=1,channel=all,snap=beat"},
      {"edit_rule", "infix", "not (audio:4% or speech) xor beats:every=4,keep=1+3-4"},
      {"edit_rule", "prefix", "(or audio:0.04 (and none all) bars:every=2,drop=1,stream=0)"},
      {"manual_range", "clock", "-1:02:03.5,25%"},
      {"manual_range", "timecode", "00:01:02:03,end,1.5"},
      {"manual_range", "units", "120f,10min"},
      {"timeline_list", "cut",
       R"({"schema":"tidemark.cut/1","source":{"path":"a.wav","duration_s":2,"audio":)"
       R"([{"sample_rate_hz":44100,"channels":2,"channel_mask":3}],"video":{"width":64,)"
       R"("height":36,"frame_rate":{"num":30000,"den":1001},"variable_rate":false}},)"
       R"("timebase":{"num":44100,"den":1},"n_ticks":88200,"clips":[{"begin":0,"end":9,)"
       R"("begin_s":0,"end_s":0.000204,"speed":1.5},{"begin_s":1,"end_s":2}]})"},
      {"timeline_list", "v1",
       R"({"version":"1","source":"a.mp4","timebase":"30/1","chunks":[[0,26,1],)"
       R"([26,34,99999.0],[34,60,2.5]]})"},
      {"timeline_list", "v2",
       R"({"version":"2","source":"a.mp4","tb":"30/1","effects":[["cut"],[],["speed:2.0",)"
       R"("volume:1"]],"clips":[[0,26,1],[26,30,0],[34,60,2]]})"},
      {"timeline_list", "v3",
       R"({"version":"3","timebase":"30/1","resolution":[64,36],"samplerate":48000,)"
       R"("v":[[{"src":"a","start":0,"dur":9,"offset":0,"stream":0},{"src":"a","start":9,)"
       R"("dur":2,"offset":5,"stream":0,"effects":["speed:2.0"]}]],"a":[[{"name":"audio",)"
       R"("src":"a","start":0,"dur":9,"offset":0,"speed":1.0,"volume":1,"stream":0},)"
       R"({"src":"a","start":9,"dur":2,"offset":5,"stream":0,"speed":2}]]})"},
  };
  for (const auto& [fuzzer, name, text] : kTexts) {
    const auto bytes = std::as_bytes(std::span(text));
    if (!Write(dir / fuzzer, name, Bytes(bytes.begin(), bytes.end()))) {
      std::fprintf(stderr, "cannot write to %s\n", dir.c_str());
      return 74;
    }
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
