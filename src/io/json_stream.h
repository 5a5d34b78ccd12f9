// JsonStream: RapidJSON's output stream concept over an OutputFile, which it borrows. One thread.
#pragma once

#include "io/output_file.h"

namespace tidemark::io {

class JsonStream {
 public:
  using Ch = char;
  explicit JsonStream(OutputFile& output) : output_(output) {}
  void Put(char c) { output_.Put(c); }
  void Flush() {}

 private:
  OutputFile& output_;
};

}  // namespace tidemark::io
