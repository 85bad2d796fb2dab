/*
 * Messages as protobuf's own Python writes them. Made by make_golden.py; do not edit.
 */
#ifndef LG_TESTS_WIRE_GOLDEN_H
#define LG_TESTS_WIRE_GOLDEN_H

#include "wire/golden_card.h"
#include "wire/golden_link.h"
#include "wire/golden_loan.h"
#include "wire/golden_order.h"
#include "wire/golden_other.h"
#include "wire/golden_product.h"
#include "wire/golden_recon.h"
#include "wire/golden_transfer.h"

#endif
