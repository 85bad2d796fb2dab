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
        REFUSAL_LOAN_STATE,     /* MS03/LOAN_STATE: this is not for this state */                    \
        REFUSAL_NO_SUCH_ORDER,  /* NOOR/NO_SUCH_ORDER: none of that id of a link that is yours */    \
        REFUSAL_ORDER_STATE,    /* MS03/ORDER_STATE: this is not for this state */                   \
        REFUSAL_NOT_ON_SALE, /* MS03/NOT_ON_SALE: suspended, withdrawn, or not in its sale window */ \
        REFUSAL_PRODUCT_DISABLED, /* AG03/PRODUCT_DISABLED: that kind of product is off */           \
        REFUSAL_DISTRIBUTOR,      /* AG08/DISTRIBUTOR: its issuer does not name this bank */         \
        REFUSAL_DEPOSIT_CHANNEL,  /* AG01/DEPOSIT_CHANNEL: a deposit is sold by its issuer */        \
        REFUSAL_SUITABILITY, /* MS03/SUITABILITY: level, assessment or accepted terms do not do */   \
        REFUSAL_INCREMENT, /* AM12/INCREMENT: not the smallest amount and whole steps above it */    \
        REFUSAL_QUOTA,     /* MS03/QUOTA: less is left of what is sold */                            \
        REFUSAL_OWN_ACCOUNT,    /* AG03/OWN_ACCOUNT: product and account are the same bank's */      \
        REFUSAL_ORDER_EXCEEDED, /* AM09/ORDER_EXCEEDED: more than was ordered */                     \
        REFUSAL_WORTH,          /* AM12/WORTH: units times price is not the amount */                \
        REFUSAL_CUT_OFF,        /* TM01/CUT_OFF: too late for its day */                             \
        REFUSAL_UNITS,          /* AM04/UNITS: more units than are held, or others than are due */   \
        REFUSAL_LOAN_LIMIT,     /* AM14/LOAN_LIMIT: right_fen is what may still be drawn */          \
        REFUSAL_LOAN_ABOVE,     /* AM09/LOAN_ABOVE: right_fen is all that is owed */                 \
        REFUSAL_INTEREST,       /* AM09/INTEREST: right_fen is what is charged */                    \
        REFUSAL_INSTALMENTS,    /* AM10/INSTALMENTS: right_fen is what they must add up to */

#endif
