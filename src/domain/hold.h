/*
 * A hold suspends a link in part or whole: who placed it, why, and what it blocks. DOMAIN.md §3.
 */
#ifndef LG_DOMAIN_HOLD_H
#define LG_DOMAIN_HOLD_H

#include "domain/types.h"

/* What a hold blocks: bits of HOLD_BLOCK_BIT. */
enum hold_block {
    HOLD_BLOCK_DEBIT_CLASS1 = 1,
    HOLD_BLOCK_CREDIT_CLASS1 = 2,
    HOLD_BLOCK_DEBIT_CLASS2 = 3,
    HOLD_BLOCK_CREDIT_CLASS2 = 4,
    HOLD_BLOCK_ORDERS = 5
};
#define HOLD_BLOCK_BIT(block) (1u << (block))
#define HOLD_BLOCKS_ALL 0x3Eu
enum hold_authority {
    HOLD_NONE = 0,
    HOLD_BY_BANK = 1,
    HOLD_BY_CUSTOMER = 2,
    HOLD_BY_OPERATOR = 3,
    HOLD_BY_COURT = 4,
    HOLD_BY_GATEWAY = 5
};
#define HOLDS_MAX 16
#define HOLDS_PLACED_MAX 6 /* by banks and operators: the rest is for what is reported */
#define LEGAL_REFERENCE_MAX 64

struct hold {
    struct id id;
    enum hold_authority authority;
    bank_code by; /* bank through which it was placed or whose report made it; 0: operator */
    uint32_t blocks;
    char reason[REASON_SIZE];
    char legal_reference[LEGAL_REFERENCE_MAX + 1]; /* for its own bank's eyes */
    int64_t placed_at_ms;
    int64_t expires_at_ms; /* 0: until lifted */
};

#endif
