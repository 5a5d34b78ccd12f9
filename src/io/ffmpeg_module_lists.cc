#include "io/ffmpeg_module_lists.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <array>
#include <string_view>

namespace tidemark::io {

const char* const kContainerList =
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,"
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,ogg,tak,truehd,tta,"
    "voc,w64,wav,wv";

const char* const kDecoderList =
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf,adpcm_yamaha,alac,amrnb,"
    "amrwb,ape,dca,eac3,flac,g722,g723_1,g726,gsm,gsm_ms,mace3,mace6,mlp,mp1,mp1float,mp2,"
    "mp2float,mp3,mp3float,mpc7,mpc8,nellymoser,opus,pcm_alaw,pcm_bluray,pcm_dvd,pcm_f32be,"
    "pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,"
    "pcm_s32le,pcm_s64be,pcm_s64le,pcm_s8,pcm_u8,qdm2,speex,tak,truehd,tta,vorbis,wavpack,"
    "wmalossless,wmapro,wmav1,wmav2,wmavoice";

const char* const kVideoDecoderList =
    "asv1,asv2,av1,bmp,cfhd,cinepak,cljr,dirac,dnxhd,dvvideo,ffv1,ffvhuff,flashsv,flashsv2,flv,"
    "fraps,h261,h263,h263i,h263p,h264,hap,hevc,huffyuv,indeo2,indeo3,indeo4,indeo5,jpeg2000,"
    "libdav1d,libopenjpeg,magicyuv,mjpeg,mjpegb,mpeg1video,mpeg2video,mpeg4,msmpeg4,msmpeg4v1,"
    "msmpeg4v2,msrle,msvideo1,png,prores,qtrle,r10k,r210,rawvideo,rpza,rv10,rv20,rv30,rv40,smc,"
    "snow,speedhq,svq1,svq3,theora,truemotion1,truemotion2,tscc,tscc2,utvideo,v210,v308,v408,"
    "v410,vc1,vc1image,vp3,vp4,vp5,vp6,vp6a,vp6f,vp7,vp8,vp9,wmv1,wmv2,wmv3,wmv3image,yuv4,"
    "zlib,zmbv";

const char* const kSubtitleDecoderList = "ass,mov_text,srt,ssa,subrip,text,webvtt";

namespace {

struct Container {
  const char* demuxer;  // as libavformat calls it
  const char* name;
  const char* encodings;
  bool pipe;
};
constexpr std::array kContainers = std::to_array<Container>({
    {"mov,mp4,m4a,3gp,3g2,mj2", "MP4", "AAC, ALAC, MP3, AC-3, E-AC-3, Opus, FLAC, PCM", true},
    {"matroska,webm", "Matroska", "AAC, Opus, Vorbis, FLAC, MP3, AC-3, DTS, PCM", true},
    {"aac", "ADTS", "AAC", true},
    {"asf", "ASF", "WMA 1, 2, Pro, Lossless, Voice", true},
    {"avi", "AVI", "PCM, ADPCM, MP3, AC-3, AAC", true},
    {"flv", "FLV", "AAC, MP3, Nellymoser, Speex", true},
    {"mpegts", "MPEG-TS", "AAC, MP2, AC-3, DTS, Opus", true},
    {"mpeg", "MPEG-PS", "MP2, AC-3, DTS, LPCM", true},
    {"wav", "WAV", "ADPCM, MP3, GSM and other compressed audio", true},
    {"aiff", "AIFF-C", "IMA ADPCM, MACE, GSM, QDesign", true},
    {"caf", "CAF", "ALAC, AAC, IMA ADPCM", true},
    {"ogg", "Ogg", "FLAC, Speex", true},
    {"flac", "FLAC", "12, 20 and 32 bits", true},
    {"ac3", "AC-3", "AC-3", true},
    {"eac3", "E-AC-3", "E-AC-3", true},
    {"dts", "DTS", "DTS", true},
    {"truehd", "TrueHD", "TrueHD", true},
    {"amr", "AMR", "AMR-NB, AMR-WB", true},
    {"ape", "APE", "Monkey's Audio", false},
    {"wv", "WavPack", "WavPack", true},
    {"tta", "TTA", "True Audio", true},
    {"tak", "TAK", "TAK", true},
    {"mpc", "Musepack", "Musepack SV7", false},
    {"mpc8", "Musepack", "Musepack SV8", false},
    {"au", "AU", "PCM, A-law, mu-law, ADPCM", true},
    {"voc", "VOC", "PCM, ADPCM", true},
    {"w64", "W64", "ADPCM and other compressed audio", true},
    {"mp3", "MP3", "MP3", true},
});

}  // namespace

std::string ContainerName(const std::string& demuxer) {
  for (const Container& container : kContainers) {
    if (demuxer == container.demuxer) return container.name;
  }
  return demuxer;
}

bool ListHolds(const char* list, const std::string& name) {
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t n = std::min(rest.find(','), rest.size());
    if (rest.substr(0, n) == name) return true;
    rest.remove_prefix(std::min(n + 1, rest.size()));
  }
  return false;
}

std::vector<FormatRow> ListModuleFormats() {
  std::vector<FormatRow> rows;
  for (const Container& container : kContainers) {
    const std::string_view names = container.demuxer;
    const std::string first(names.substr(0, names.find(',')));
    if (av_find_input_format(first.c_str()) == nullptr) continue;
    rows.push_back({container.name, container.encodings, "ffmpeg", container.pipe});
  }
  return rows;
}

}  // namespace tidemark::io
