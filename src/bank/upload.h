/*
 * Sending a list file to the gateway, part by part (UploadRecon).
 */
#ifndef LG_BANK_UPLOAD_H
#define LG_BANK_UPLOAD_H

#include "bank/control.h"

/* NULL is legal. What is on its way is the session's to forget. */
void bk_upload_free(struct bk_upload *upload);

#endif
