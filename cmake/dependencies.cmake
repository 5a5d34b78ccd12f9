# Every third-party library of the build; docs/decisions/0002-dependencies.md says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(SOUNDTOUCH REQUIRED IMPORTED_TARGET soundtouch)
pkg_check_modules(TINYXML2 REQUIRED IMPORTED_TARGET tinyxml2)
# The archive: of its 1.4 MB only the voice detector, 25 KB, is wanted, and nothing at run time.
find_library(WEBRTC_AUDIO_PROCESSING libwebrtc_audio_processing.a REQUIRED)
find_path(TL_EXPECTED_INCLUDE tl/expected.hpp REQUIRED)
find_path(RAPIDJSON_INCLUDE rapidjson/writer.h REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

# Its headers alone; the library is loaded by whoever plays or records.
pkg_check_modules(ALSA IMPORTED_TARGET alsa)

if(TIDEMARK_FFT STREQUAL "fftw")
  pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3f)
  add_library(tidemark_fft ALIAS PkgConfig::FFTW)
elseif(TIDEMARK_FFT STREQUAL "kissfft")
  pkg_check_modules(KISSFFT REQUIRED IMPORTED_TARGET kissfft-float)
  add_library(tidemark_fft ALIAS PkgConfig::KISSFFT)
else()
  message(FATAL_ERROR "TIDEMARK_FFT is fftw or kissfft, not ${TIDEMARK_FFT}")
endif()

if(TIDEMARK_FFMPEG)
  pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswresample
    libswscale)
endif()
