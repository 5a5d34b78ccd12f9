// The style sheet and the script of report_html.h's page. Private to src/edit/report_html*.cc.
#pragma once

#include <string_view>

namespace tidemark::edit {

extern const std::string_view kReportStyle;
extern const std::string_view kReportScript;

}  // namespace tidemark::edit
