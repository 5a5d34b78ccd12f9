// Reads lists of cuts: cut.json (docs/cut-formats.md), and auto-editor's v1, v2 and v3. Strict:
// what it does not understand is an error, never a guess. The list is read whole, then parsed
// event by event, without a document: once to see how much there is, once to take it. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/cancellation.h"
#include "base/result.h"
#include "edit/timeline.h"

namespace tidemark::edit {

// A day of speech cut at every word stays below both.
inline constexpr std::size_t kMaxListBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxListClips = 500'000;
// What reading takes at most: of a file of so many bytes and clips (chunks of v1), its bytes, 56
// bytes for each clip and a little for the rest; of a pipe, whose length is not known, three times
// its bytes.
constexpr std::size_t TimelineListBytes(std::size_t text_bytes, std::size_t n_clips) {
  return text_bytes + 56 * n_clips + (std::size_t{512} << 10);
}

struct TimelineList {
  // Of the media only what the list says: the path (never empty), and where the format has it the
  // rates, channels, and size of the picture. The rest is for whoever opens the file. n_ticks is
  // where the last clip ends where the format does not say.
  Timeline timeline;
  // v1 without "timebase": it counts frames of the source's video, or 30 a second where there is
  // none. `timeline.timebase` is then 30 and must be set by whoever opens the file.
  bool timebase_is_implied = false;
  // What reading it took at most, in bytes, the clips included, of which ClipListBytes() stay.
  std::size_t read_bytes = 0;
};

// Whether `text`, the beginning of a file, could be such a list: '{' comes first. Media does not
// begin so.
bool LooksLikeTimelineList(std::string_view text);

// `name` is what messages call the text; relative paths in it are taken from `folder` ("": left as
// they are). kBadData: what is wrong, and at which byte, "talk.json: byte 81: clip 3 ...".
// kUnsupported: a valid list that asks for more than one source, tracks that are cut differently,
// gaps, or effects other than speed.
Result<TimelineList> ParseTimelineList(std::string_view text, const std::string& name,
                                       const std::string& folder);

// The same from a file or pipe; "-" is the standard input, whose relative paths are taken from the
// working folder. kNoInput where it cannot be opened, kIo where reading fails, kBadData also where
// it has more than kMaxListBytes. `cancellation`, if any, ends waiting for a pipe.
Result<TimelineList> ReadTimelineList(const std::string& path,
                                      const Cancellation* cancellation = nullptr);

}  // namespace tidemark::edit
