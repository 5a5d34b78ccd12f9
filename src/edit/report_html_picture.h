// The picture of report_html.h's page. Private to src/edit/report_html*.cc. Any thread.
#pragma once

#include <vector>

#include "edit/cut_totals.h"
#include "edit/report_html.h"
#include "io/output_file.h"

namespace tidemark::edit {

// The waveform as inline SVG, coloured by what becomes of it: kReportWidth by 200 units, silence at
// 100, `source_s` seconds from left to right. `label` is what it says to who does not see it,
// already HTML. REQUIRES: source_s > 0.
inline constexpr double kReportWidth = 4000;
void WriteWaveform(const WaveformColumns& waveform, const std::vector<Stretch>& stretches,
                   double source_s, std::string_view label, io::OutputFile& output);

}  // namespace tidemark::edit
