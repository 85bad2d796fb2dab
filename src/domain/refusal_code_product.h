/*
 * The codes of refusals about products and what customers buy and borrow: the last part of enum
 * refusal_code, which is one list with numbers that never change. New ones go to the end.
 */
#ifndef LG_DOMAIN_REFUSAL_CODE_PRODUCT_H
#define LG_DOMAIN_REFUSAL_CODE_PRODUCT_H

#define REFUSAL_CODES_OF_PRODUCTS                                                                    \
    REFUSAL_NO_SUCH_PRODUCT, /* NOOR/NO_SUCH_PRODUCT: none of that code that this bank may see */    \
        REFUSAL_PRODUCT_CHANGED, /* MS03/PRODUCT_CHANGED: product_version is the present one */      \
        REFUSAL_PRODUCT_STATE,   /* MS03/PRODUCT_STATE: withdrawn, or not yet there */               \
        REFUSAL_PRODUCT_TERMS, /* MS03/PRODUCT_TERMS: other terms, but the digest of the old ones */ \
        REFUSAL_PRODUCT_QUOTA,  /* MS03/PRODUCT_QUOTA: below what is sold */                         \
        REFUSAL_PRODUCT_BANKS,  /* MS03/PRODUCT_BANKS: more banks than one product may name */       \
        REFUSAL_PRODUCT_LIFE,   /* MS03/PRODUCT_LIFE: as many versions as a product may have */      \
        REFUSAL_LEAD_SHARE,     /* MS03/LEAD_SHARE: below the floor of the rules */                  \
        REFUSAL_KIND_INTERNAL,  /* AG03/KIND_INTERNAL: orders and loans alone move this money */     \
        REFUSAL_PERSON_MAXIMUM, /* MS03/PERSON_MAXIMUM: more than one person may have of it */       \
        REFUSAL_NO_SUCH_LOAN,   /* NOOR/NO_SUCH_LOAN: none of that id that is yours */               \
        REFUSAL_LOAN_STATE,     /* MS03/LOAN_STATE: this is not for this state */

#endif
