#include "edit/mlt_xml.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "edit/frame_rate.h"

namespace tidemark::edit {

MltXml::MltXml(const Export& what, io::OutputFile& output)
    : what_(what),
      rate_(EditRate(what.timeline)),
      totals_(Placed(what.timeline, rate_)),
      xml_(output, "") {}

void MltXml::Profile() {
  const auto& video = what_.timeline.media.video;
  const std::int64_t width = video ? video->width : 1920;
  const std::int64_t height = video ? video->height : 1080;
  const std::int64_t divisor = std::max<std::int64_t>(1, std::gcd(width, height));
  xml_.Open("profile");
  xml_.Attribute("description", "automatic");
  xml_.Attribute("width", width);
  xml_.Attribute("height", height);
  xml_.Attribute("progressive", "1");
  xml_.Attribute("sample_aspect_num", "1");
  xml_.Attribute("sample_aspect_den", "1");
  xml_.Attribute("display_aspect_num", width / divisor);
  xml_.Attribute("display_aspect_den", height / divisor);
  xml_.Attribute("frame_rate_num", rate_.num);
  xml_.Attribute("frame_rate_den", rate_.den);
  xml_.Attribute("colorspace", "709");
  xml_.Close();
}

void MltXml::Property(const char* name, std::string_view value) {
  xml_.Open("property");
  xml_.Attribute("name", name);
  xml_.Text(value);
  xml_.Close();
}
void MltXml::Property(const char* name, std::int64_t value) {
  Property(name, fmt::format_int(value).c_str());
}

void MltXml::Range(std::int64_t begin, std::int64_t n_frames) {
  xml_.Attribute("in", begin);
  xml_.Attribute("out", begin + n_frames - 1);
}

void MltXml::Black(const char* id, const char* eof) {
  xml_.Open("producer");
  xml_.Attribute("id", id);
  Range(0, totals_.output_frames);
  Property("length", totals_.output_frames);
  Property("eof", eof);
  Property("resource", "black");
  Property("aspect_ratio", "1");
  Property("mlt_service", "color");
  Property("mlt_image_format", "rgba");
  Property("set.test_audio", "0");
  xml_.Close();
}

void MltXml::OpenSource(std::string_view id, double speed) {
  const bool is_warped = speed != 1;
  const auto n_frames =
      static_cast<std::int64_t>(std::ceil(static_cast<double>(totals_.source_frames) / speed));
  xml_.Open(is_warped ? "producer" : "chain");
  xml_.Attribute("id", id);
  Range(0, n_frames);
  Property("length", n_frames);
  Property("eof", "pause");
  if (is_warped) {
    Property("resource", fmt::format("{}:{}", SpeedText(speed), what_.source_path));
    Property("mlt_service", "timewarp");
    Property("warp_speed", SpeedText(speed));
    Property("warp_resource", what_.source_path);
    Property("warp_pitch", "1");
  } else {
    Property("resource", what_.source_path);
    Property("mlt_service", "avformat-novalidate");
  }
}

void MltXml::OpenEntry(std::string_view producer, const PlacedClip& clip) {
  xml_.Open("entry");
  xml_.Attribute("producer", producer);
  Range(clip.retimed_begin(), clip.length());
}

void MltXml::Mix(std::int64_t a_track, std::int64_t b_track) {
  xml_.Open("transition");
  Property("a_track", a_track);
  Property("b_track", b_track);
  Property("mlt_service", "mix");
  Property("always_active", "1");
  Property("sum", "1");
}

void MltXml::SoundStream(std::int64_t stream) {
  const MediaInfo& media = what_.timeline.media;
  const auto index = static_cast<std::size_t>(stream);
  Property("audio_index", index < media.audio_indices.size()
                              ? std::int64_t{media.audio_indices[index]}
                              : stream + (media.video ? 1 : 0));
  Property("astream", stream);
}

void MltXml::SoundOnly(std::int64_t stream) {
  SoundStream(stream);
  Property("set.test_audio", "0");
  Property("set.test_video", "1");
}

void MltXml::PictureOnly() {
  Property("vstream", "0");
  Property("set.test_audio", "1");
  Property("set.test_video", "0");
}

}  // namespace tidemark::edit
