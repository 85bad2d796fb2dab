/*
 * The bank's connections to the gateway: opened, kept open, opened again with backoff; requests
 * spread over them as their windows allow.
 */
#ifndef LG_BANK_GATEWAY_H
#define LG_BANK_GATEWAY_H

#include "bank/bank.h"

/* 0, or negative with reason_out: certificates. */
int bk_gateway_open(struct bk_bank *bank, struct bk_gateway **gateway_out, char *reason_out,
                    size_t reason_size) MUST_USE;
/* Says GoAway where it can, closes; what was in flight goes back to the outbox. */
void bk_gateway_free(struct bk_gateway *gateway);

/* Reads the certificates again: new connections use them, and each one that works is left, once
 * its successor was greeted, when what is in flight on it is finished. What cannot be read is told
 * in the log and changes nothing. Only between turns. */
void bk_gateway_renew(struct bk_gateway *gateway);
/* Connects what is due, heartbeats. */
void bk_gateway_tick(struct bk_gateway *gateway, int64_t now_ms);
/* Puts what is queued in the outbox on connections with room. */
void bk_gateway_pump(struct bk_gateway *gateway);
/* After the commit: acknowledges, sends, closes what is cut or over. */
void bk_gateway_flush(struct bk_gateway *gateway, int64_t now_ms);
int64_t bk_gateway_deadline_ms(const struct bk_gateway *gateway);
/* Connections that work. */
uint32_t bk_gateway_ready(const struct bk_gateway *gateway);
/* Why the last connection ended; "" if none did. */
const char *bk_gateway_trouble(const struct bk_gateway *gateway);

/* False: that connection is gone (or cut). */
bool bk_gateway_reply(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                      uint32_t kind, struct span payload);
void bk_gateway_refuse(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                       uint32_t kind, const struct refusal *refusal);
/* Closes at the end of the turn, after the commit, without sending anything more. */
void bk_gateway_cut(struct bk_gateway *gateway, uint64_t connection);
void bk_gateway_cut_all(struct bk_gateway *gateway);
/* Any bytes on the first connection that works. False: none does. */
bool bk_gateway_raw(struct bk_gateway *gateway, struct span bytes);

#endif
