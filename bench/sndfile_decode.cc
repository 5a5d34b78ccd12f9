// sndfile_decode FILE: decodes all of FILE with libsndfile and drops it; a peer of the benchmark.
#include <sndfile.h>

#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  constexpr sf_count_t kFrames = 4096;
  if (argc != 2) return 64;
  SF_INFO info{};
  SNDFILE* file = sf_open(argv[1], SFM_READ, &info);
  if (file == nullptr) {
    std::fprintf(stderr, "%s\n", sf_strerror(nullptr));
    return 65;
  }
  std::vector<float> block(static_cast<std::size_t>(kFrames * info.channels));
  sf_count_t n_frames = 0;
  for (sf_count_t n = 0; (n = sf_readf_float(file, block.data(), kFrames)) > 0;) n_frames += n;
  sf_close(file);
  return n_frames > 0 ? 0 : 65;
}
