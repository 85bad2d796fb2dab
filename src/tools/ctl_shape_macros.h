/*
 * How the tables of ctl_shapes*.c are written: a row of a field is its type of message, key, how it
 * is shown, member and help. Private to them.
 */
#ifndef LG_TOOLS_CTL_SHAPE_MACROS_H
#define LG_TOOLS_CTL_SHAPE_MACROS_H

#include "linkgate/admin/v1/admin.pb-c.h"
#include "tools/ctl_shape.h"

#define OF(type, member) offsetof(Linkgate__Admin__V1__##type, member)
#define ONE(type, key, as, member, help)                                                           \
    { key, CTL_AS_##as, OF(type, member), 0, NULL, NULL, help }
#define ONLY(type, key, as, member, with, help)                                                    \
    { key, CTL_AS_##as, OF(type, member), 0, NULL, with, help }
#define MANY(type, key, as, member, help)                                                          \
    { key, CTL_AS_##as, OF(type, member), OF(type, n_##member), NULL, NULL, help }
#define ROWS(type, key, member, shape, help)                                                       \
    { key, CTL_AS_ROWS, OF(type, member), OF(type, n_##member), &(shape), NULL, help }
#define OBJECT(type, key, member, shape, help)                                                     \
    { key, CTL_AS_OBJECT, OF(type, member), 0, &(shape), NULL, help }
#define INLINE(type, member, shape)                                                                \
    { "", CTL_AS_INLINE, OF(type, member), 0, &(shape), NULL, "" }
#define CNY                                                                                        \
    { "currency", CTL_AS_CNY, 0, 0, NULL, NULL, "of the amounts here" }
#define MADE(key, shape, help)                                                                     \
    { key, CTL_AS_MADE, 0, 0, shape, NULL, help }
#define END                                                                                        \
    { NULL, CTL_AS_MADE, 0, 0, NULL, NULL, NULL }

/* Used by tables of more files than its own. */
extern const struct ctl_shape ctl_shape_limits;

#endif
