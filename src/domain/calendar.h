/*
 * Days. The calendar day of limits and dates is Shanghai's: UTC+8 without daylight saving.
 */
#ifndef LG_DOMAIN_CALENDAR_H
#define LG_DOMAIN_CALENDAR_H

#include "domain/types.h"

#define DAY_MS (24LL * 60 * 60 * 1000)

struct civil_date {
    int year;
    int month; /* 1-12 */
    int day;   /* 1-31 */
};

/* Days since 1970-01-01 in Shanghai of that instant. */
int64_t shanghai_day(int64_t unix_ms);
int64_t shanghai_year(int64_t unix_ms);
/* Start of that day as unix ms. */
int64_t shanghai_day_start_ms(int64_t day);
struct civil_date civil_from_day(int64_t day);
int64_t day_from_civil(struct civil_date date);
bool civil_valid(struct civil_date date);
/* YYYY-MM-DD of a date that exists. */
bool date_parse(struct span text, int64_t *day_out);
/* A day outside the years 1 to 9999 gives 0000-00-00, which date_parse refuses. */
void date_format(int64_t day, char text_out[DATE_TEXT_SIZE]);

/* ---- business days (business_day.c): each day by the calendar in force on it ---- */
struct rulebook;
/* How far ahead the next working day is looked for: longer than the longest calendar's holidays. */
#define CALENDAR_SEARCH_DAYS 512
/* The working day before whose last cut-off the instant is; the cut-off itself belongs to the next
 * one. Without a calendar the Shanghai day. */
int64_t calendar_business_day(const struct rulebook *book, int64_t unix_ms);
/* The first cut-off after that instant; 0: none within CALENDAR_SEARCH_DAYS. */
int64_t calendar_next_cut_off_ms(const struct rulebook *book, int64_t unix_ms);
/* Without a calendar every day is worked. */
bool calendar_works(const struct rulebook *book, int64_t day);
/* T+n: the working day that is so many after that day; with 0 the day itself, or the next one that is
 * worked. False: there is none within CALENDAR_SEARCH_DAYS. */
bool calendar_working_day(const struct rulebook *book, int64_t day, uint32_t count,
                          int64_t *day_out) __attribute__((warn_unused_result));
/* The working day for which something of that instant counts that is cut off so many minutes after
 * midnight (0: at the day's end), and when that day is cut off; the cut-off itself belongs to the next
 * working day. False: as above. */
bool calendar_trade_day(const struct rulebook *book, uint32_t cut_off_minutes, int64_t unix_ms,
                        int64_t *day_out, int64_t *cut_off_ms_out)
    __attribute__((warn_unused_result));

#endif
