/*
 * Which faults a run has, and how many: drawn from its seed, so that some runs have one kind in
 * plenty and others none of it. Per mille where nothing else is said.
 */
#ifndef LG_TESTS_SIM_PLAN_H
#define LG_TESTS_SIM_PLAN_H

#include "sim/chance.h"

struct plan {
    /* of connections */
    unsigned slow_cable;
    unsigned cut, stall; /* each 100 ms */
    /* of the gateway's process, each 100 ms */
    unsigned kill, stop;
    unsigned shown;  /* each 100 ms: killed right after a query has shown what is new */
    unsigned power;  /* of kills: the power goes as well */
    unsigned fail;   /* of kills: the disk fails under the log, and the process ends by itself */
    unsigned glitch; /* each 100 ms: its wall clock jumps, by a second or by a year */
    unsigned dawdle; /* a turn that comes late */
    /* of a bank's process, each 100 ms */
    unsigned crash;
    /* of a bank's answers */
    unsigned lost, twice, late, elsewhere, unreadable, in_progress, busy;
    unsigned refuse;   /* an instruction, or a code that is not sent */
    unsigned undo;     /* posted, undone by the bank, and never said to be posted */
    unsigned hang_up;  /* the connection breaks before or after posting */
    unsigned mismatch; /* verification */
    unsigned wrong_code;
    /* of a bank's requests */
    unsigned again;   /* sent twice, or once more after its answer */
    unsigned other;   /* the same id with another body */
    unsigned same_id; /* an id that another bank uses as well */
    unsigned foreign; /* an amount in another currency */
    unsigned poll;    /* looks at what it changes, right behind the change */
    unsigned later;   /* a Hello that shows a notice of a later store: an old one was put back */
    unsigned cancel, give_back; /* of a bank's doings: a cancellation, a return */
    unsigned uncredited;        /* accepted pulls: credited late, or returned instead */
    unsigned step_up;
    unsigned look;   /* of a bank's doings: pages of links and transfers */
    unsigned desk;   /* holds, reports, questions, cases, amendments */
    unsigned office; /* of the operators, each second: an order */
    unsigned
        thrift;     /* each second: of one bank's prefunded balance, which is kept near its bound */
    unsigned sleep; /* each 100 ms: gateway and banks sleep for hours, or until near midnight */
    /* malice */
    unsigned contradict; /* a definite answer, then another */
    unsigned premature;  /* NOT_SEEN while the instruction is in hand, and then it is posted */
    unsigned stranger;   /* a result from a bank that was not asked */
    unsigned false_ack;
    /* bounds of the gateway, not faults */
    unsigned queue; /* commands */
    unsigned exchanges;
    int64_t unit_fen; /* amounts are some ten thousand of these */
    bool recycle;     /* the log drops what is flushed: it cannot be replayed from the start */
};

void plan_draw(struct plan *plan, struct chance *chance);
/* No faults any more; the bounds stay. */
void plan_calm(struct plan *plan);
bool plan_malicious(const struct plan *plan);

#endif
