/*
 * Mutations that keep protobuf readable, for targets behind whose first bytes a message stands:
 * fields are dropped, doubled, moved, given other values, on any level. One time in three the
 * fuzzer's own mutation of bytes is taken instead.
 */
#ifndef LG_TESTS_FUZZ_MUTATE_H
#define LG_TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's; there is none where a corpus is only replayed. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

/* The first front bytes stay, mostly. The new size, at most max. */
size_t mutate_message(uint8_t *data, size_t size, size_t max, size_t front, unsigned seed);
/* Bytes at..at+count alone, in place. */
size_t mutate_bytes_within(uint8_t *data, size_t size, size_t max, size_t at, size_t count,
                           unsigned seed);

#endif
