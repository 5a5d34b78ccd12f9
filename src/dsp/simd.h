// TM_KERNEL marks a plain loop that the compiler builds for several instruction sets; the
// loader picks one (target_clones). Used in *_kernels.cc only. Off under the sanitizers, whose
// start-up the resolvers would run before, and with compilers that lack it. The levels are
// feature sets: "arch=haswell" would match that one processor model and nothing newer.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(TIDEMARK_SANITIZED)
#define TM_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TM_KERNEL
#endif
