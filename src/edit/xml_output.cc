#include "edit/xml_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <vector>

#include "base/text.h"

namespace tidemark::edit {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
// U+FFFE and U+FFFF, the only characters of three bytes that XML forbids.
constexpr std::string_view kNotCharacters = "\xEF\xBF";

bool IsForbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n';
}

}  // namespace

std::string XmlText(std::string_view text) {
  const std::string valid = ValidUtf8(text);
  std::string out;
  out.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const std::string_view rest = std::string_view(valid).substr(i);
    const bool not_character = rest.starts_with(kNotCharacters) && (rest[2] & 0xFE) == 0xBE;
    if (IsForbidden(valid[i]) || not_character) {
      out += kReplacement;
      if (not_character) i += 2;
    } else {
      out += valid[i];
    }
  }
  return out;
}

bool IsXmlText(std::string_view text) { return XmlText(text) == text; }

XmlOutput::XmlOutput(io::OutputFile& output, const char* doctype) : output_(output) {
  PushDeclaration("xml version=\"1.0\" encoding=\"UTF-8\"");
  if (*doctype != '\0') PushUnknown(fmt::format("DOCTYPE {}", doctype).c_str());
}

void XmlOutput::Open(const char* element) { OpenElement(element); }
void XmlOutput::Close() { CloseElement(); }

void XmlOutput::Attribute(const char* name, std::string_view value) {
  std::string text = XmlText(value);
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\t', ' ');
  PushAttribute(name, text.c_str());
}
void XmlOutput::Attribute(const char* name, std::int64_t value) { PushAttribute(name, value); }

void XmlOutput::Text(std::string_view text) { PushText(XmlText(text).c_str()); }

void XmlOutput::Element(const char* element, std::string_view text) {
  Open(element);
  Text(text);
  Close();
}
void XmlOutput::Element(const char* element, std::int64_t value) {
  Element(element, fmt::format_int(value).c_str());
}

void XmlOutput::Print(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::va_list again;
  va_copy(again, arguments);
  const int n = std::vsnprintf(nullptr, 0, format, arguments);
  va_end(arguments);
  if (n > 0) {
    std::vector<char> text(static_cast<std::size_t>(n) + 1);
    std::vsnprintf(text.data(), text.size(), format, again);
    Write(text.data(), static_cast<std::size_t>(n));
  }
  va_end(again);
}
void XmlOutput::Write(const char* data, std::size_t size) { output_.Write({data, size}); }
void XmlOutput::Putc(char ch) { output_.Put(ch); }

}  // namespace tidemark::edit
