/*
 * Writing one JSON object on one line: the answers of the control socket. Lists hold objects;
 * deeper nesting is not needed, and not there.
 */
#ifndef LG_BANK_JSON_H
#define LG_BANK_JSON_H

#include "domain/types.h"

struct bk_json {
    struct buf *out; /* borrowed */
    bool comma;
};

struct bk_json bk_json_begin(struct buf *out);
/* Bytes that are no UTF-8 become U+FFFD, controls are escaped. */
void bk_json_text(struct bk_json *json, const char *key, struct span value);
void bk_json_string(struct bk_json *json, const char *key, const char *value);
void bk_json_int(struct bk_json *json, const char *key, int64_t value);
void bk_json_bool(struct bk_json *json, const char *key, bool value);
void bk_json_id(struct bk_json *json, const char *key, const struct id *value);
void bk_json_hex(struct bk_json *json, const char *key, struct span value);
/* "" for none. */
void bk_json_bank(struct bk_json *json, const char *key, bank_code value);
/* A list of objects: each is begun and ended, with keys between. */
void bk_json_list(struct bk_json *json, const char *key);
void bk_json_object(struct bk_json *json);
void bk_json_object_end(struct bk_json *json);
void bk_json_list_end(struct bk_json *json);
/* Closes the object and the line. */
void bk_json_end(struct bk_json *json);

#endif
