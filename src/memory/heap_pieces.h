// What operator new and delete of this process do (heap_new.cc), counted. Private to src/memory/.
// Any thread.
#pragma once

#include <cstddef>

namespace tidemark::memory {

// Null where there is no memory, or where FailAllocation() says so.
void* AllocateOrNull(std::size_t bytes, std::size_t alignment);
// Null is allowed.
void Release(void* piece);

}  // namespace tidemark::memory
