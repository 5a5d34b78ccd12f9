// XmlOutput: XML, element by element, straight into an OutputFile. tinyxml2 writes and escapes;
// here its output is passed on as it comes, so that nothing is kept. Borrows the file; one thread.
#pragma once

#include <tinyxml2.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "io/output_file.h"

namespace tidemark::edit {

// `text` as XML 1.0 can hold it: what is no UTF-8 and what XML forbids (most control characters)
// becomes U+FFFD.
std::string XmlText(std::string_view text);

// Whether XmlText() and a parser's line ends leave `text` as it is.
bool IsXmlText(std::string_view text);

class XmlOutput final : private tinyxml2::XMLPrinter {
 public:
  // Begins with the XML declaration and, unless empty, <!DOCTYPE doctype>.
  XmlOutput(io::OutputFile& output, const char* doctype);

  void Open(const char* element);
  void Close();

  // Of the element just opened. Text is made XmlText(), line breaks in it spaces.
  void Attribute(const char* name, std::string_view value);
  void Attribute(const char* name, std::int64_t value);

  // Inside the element just opened; calls add up.
  void Text(std::string_view text);

  // <element>text</element>.
  void Element(const char* element, std::string_view text);
  void Element(const char* element, std::int64_t value);

 private:
  void Print(const char* format, ...) override;
  void Write(const char* data, std::size_t size) override;
  void Putc(char ch) override;

  io::OutputFile& output_;
};

}  // namespace tidemark::edit
