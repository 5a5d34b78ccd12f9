// Writes a Timeline for an editor, clip by clip: memory does not grow with the number of clips,
// except that formats with a producer or an effect for each speed remember the distinct speeds.
// docs/cut-formats.md says what each format holds and what it rounds. Any thread.
#pragma once

#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "edit/timeline.h"
#include "edit/timeline_format.h"

namespace tidemark::edit {

// To `path`, beside which it is written first ("" or "-": the standard output). The source's path
// is made absolute against the working folder; cut.json and ffconcat name a source in the list's
// own folder, or below it, relative to that folder.
//
// kUsage: the source is the standard input, which no editor can open; the list would replace the
//   source; or kClipSequence.
// kUnsupported: the format cannot say this: a speed (ffconcat), clips that are not in the order of
//   the source (v1, v2, audacity), a name that is no UTF-8 or has control characters (Kdenlive,
//   Shotcut, and auto-editor's lists), a timecode past 24 hours (EDL). The message says what else
//   would do.
// kIo: what happened, to which file. kCancelled: `cancellation`, if any, ended waiting for a pipe.
Result<void> WriteTimeline(const Timeline& timeline, TimelineFormat format, const std::string& path,
                           const Cancellation* cancellation = nullptr);

}  // namespace tidemark::edit
