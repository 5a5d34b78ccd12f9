// OpenAlsaSource: what a sound card records, as a Source that never ends. Read() waits for the
// device; its pace is the device's.
#pragma once

#include <memory>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "io/source.h"

namespace tidemark::io {

// Floats of 32 bits where the device gives them, else integers of 32 or 16. Errors of
// AlsaDevice::Open(). `cancellation`, which may be null, is borrowed: it ends Read() with
// kCancelled.
Result<std::unique_ptr<Source>> OpenAlsaSource(const std::string& device,
                                               const StreamFormat& format,
                                               const Cancellation* cancellation);

}  // namespace tidemark::io
