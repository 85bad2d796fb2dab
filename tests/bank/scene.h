/*
 * Words of the scripted gateway: one link of the stage's account, its transfers by a number.
 */
#ifndef LG_TESTS_BANK_SCENE_H
#define LG_TESTS_BANK_SCENE_H

#include "bank/stage.h"

extern const struct id scene_link;

struct id scene_transfer(uint8_t number);
void scene_ask(struct stage *stage, uint64_t correlation, uint32_t kind, const struct buf *payload,
               uint32_t timeout_ms);
void scene_post(struct stage *stage, uint8_t number, enum posting_side side, int64_t fen,
                uint32_t timeout_ms);
void scene_inquire(struct stage *stage, uint8_t number);
/* The bank's word about it. */
struct posting_result scene_result(struct stage *stage, uint32_t kind);
void scene_books(struct stage *stage, const char *expected);
void scene_learn_link(struct stage *stage);
void scene_order(struct stage *stage, const char *direction, int fen, const char *options);
/* The view of the transfer that request asks for. */
struct transfer_view scene_view(const struct submit_transfer *request, enum transfer_state state);
void scene_answer(struct stage *stage, const struct envelope *envelope, enum transfer_state state);
void scene_notice(struct stage *stage, uint64_t sequence, const struct transfer_view *view);
void scene_refuse(struct stage *stage, const struct envelope *envelope, enum refusal_code code);

#endif
