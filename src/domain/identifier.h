/*
 * Identifiers with check digits. Rules and vectors: DOMAIN.md §7.
 */
#ifndef LG_DOMAIN_IDENTIFIER_H
#define LG_DOMAIN_IDENTIFIER_H

#include "domain/types.h"

#define BANK_CODE_TEXT_SIZE 13
#define RESIDENT_ID_SIZE 18

/* CNAPS: 12 digits, ISO 7064 MOD 11,10. False leaves code_out. */
bool bank_code_parse(struct span text, bank_code *code_out);
void bank_code_format(bank_code code, char text_out[BANK_CODE_TEXT_SIZE]);
/* GB 11643: 17 digits and a check character of 0-9X (x is accepted), ISO 7064 MOD 11-2; the birth
 * date exists and is not after today (Shanghai's calendar day of now_ms). canonical_out gets the
 * 18 characters with a capital X. */
bool resident_id_parse(struct span text, int64_t now_ms, char canonical_out[RESIDENT_ID_SIZE + 1]);
/* 13-19 digits with a right Luhn digit. */
bool card_number_valid(struct span text);
/* 5-34 digits and capital letters; not every account is a card. */
bool account_number_valid(struct span text);
/* 1[3-9] and nine digits. */
bool mobile_valid(struct span text);
/* Four characters A-Z 0-9: the shape of an ISO 20022 code. */
bool reason_code_valid(struct span text);

#endif
