/*
 * The signals that ask a program to stop, or to read its files again.
 */
#ifndef LG_UTIL_SIGNALS_H
#define LG_UTIL_SIGNALS_H

/* From here on this thread, and those that it starts, do not hear SIGTERM, SIGINT and SIGHUP. For
 * the end, before their handlers go: who asks again while the last things are put away must not
 * make a failure of an end that was good. */
void signals_deafen(void);

#endif
