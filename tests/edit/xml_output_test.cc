#include "edit/xml_output.h"

#include <gtest/gtest.h>

#include "tests/edit/timeline_tools.h"

namespace tidemark::edit {
namespace {

TEST(XmlOutput, WritesElementsAsTheyCome) {
  const testing::TempDir dir;
  auto file = io::OutputFile::Create(dir / "a.xml", io::OutputFile::Mode::kWhole);
  ASSERT_TRUE(file);
  {
    XmlOutput xml(*file, "a");
    xml.Open("a");
    xml.Attribute("b", "1 < 2\n& \"3\"");
    xml.Attribute("n", std::int64_t{-7});
    xml.Element("c", "x & y\nz");
    xml.Open("d");
    xml.Text("1");
    xml.Text("<2>");
    xml.Close();
    xml.Close();
  }
  ASSERT_TRUE(file->Commit());
  EXPECT_EQ(testing::ReadText(dir / "a.xml"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE a>\n"
            "<a b=\"1 &lt; 2 &amp; &quot;3&quot;\" n=\"-7\">\n    <c>x &amp; y\nz</c>\n"
            "    <d>1&lt;2&gt;</d>\n</a>\n");
}

TEST(XmlOutput, ReplacesWhatXmlForbids) {
  EXPECT_EQ(XmlText("a\x01\tb\xFF\xEF\xBF\xBF"), "a\xEF\xBF\xBD\tb\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(IsXmlText("ünï\n"));
  EXPECT_FALSE(IsXmlText("\r"));
  EXPECT_FALSE(IsXmlText("\xEF\xBF\xBE"));
}

}  // namespace
}  // namespace tidemark::edit
