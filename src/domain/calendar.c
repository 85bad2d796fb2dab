/*
 * Days and dates, by arithmetic alone: the proleptic Gregorian calendar and a fixed UTC+8. Shanghai
 * has had no daylight saving since 1991, and every instant that the gateway sees is later; so no
 * time zone data, no libc time functions and no environment decide a day.
 *
 * Invariant: civil_from_day and day_from_civil are each other's inverse for the dates that
 * civil_valid accepts (years 1 to 9999, which is all that YYYY-MM-DD can write). Business dates,
 * holidays and cut-offs are business_day.c's.
 */
#include "domain/calendar.h"

#define SHANGHAI_OFFSET_MS (8LL * 60 * 60 * 1000)
#define YEAR_MAX 9999
#define DAYS_PER_400_YEARS 146097
/* From 0000-03-01, where the arithmetic below starts its years, to 1970-01-01. */
#define DAYS_MARCH_0_TO_EPOCH 719468
#define DATE_LENGTH (DATE_TEXT_SIZE - 1)

static int64_t floor_divide(int64_t value, int64_t by) {
    int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

int64_t shanghai_day(int64_t unix_ms) {
    /* The offset goes to the time of day, not to the instant: there it cannot wrap. */
    int64_t of_day_ms = unix_ms % DAY_MS;
    if (of_day_ms < 0)
        of_day_ms += DAY_MS;
    int64_t day = floor_divide(unix_ms, DAY_MS);
    return of_day_ms + SHANGHAI_OFFSET_MS >= DAY_MS ? day + 1 : day;
}

int64_t shanghai_year(int64_t unix_ms) {
    return civil_from_day(shanghai_day(unix_ms)).year;
}

int64_t shanghai_day_start_ms(int64_t day) {
    return day * DAY_MS - SHANGHAI_OFFSET_MS;
}

/* Years are counted from March, so that the leap day is the last of its year, and in eras of 400
 * years, after which the calendar repeats. */
struct civil_date civil_from_day(int64_t day) {
    int64_t since = day + DAYS_MARCH_0_TO_EPOCH;
    int64_t era = floor_divide(since, DAYS_PER_400_YEARS);
    int64_t day_of_era = since - era * DAYS_PER_400_YEARS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct civil_date){
        .year = (int)(era * 400 + year_of_era + (month <= 2 ? 1 : 0)),
        .month = (int)month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

int64_t day_from_civil(struct civil_date date) {
    int64_t year = (int64_t)date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = floor_divide(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_400_YEARS + day_of_era - DAYS_MARCH_0_TO_EPOCH;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

bool civil_valid(struct civil_date date) {
    if (date.year < 1 || date.year > YEAR_MAX || date.month < 1 || date.month > 12)
        return false;
    return date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

/* False when one of the characters is no digit. */
static bool number_parse(const uint8_t *digits, size_t count, int *number_out) {
    int number = 0;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        number = number * 10 + (digits[i] - '0');
    }
    *number_out = number;
    return true;
}

bool date_parse(struct span text, int64_t *day_out) {
    struct civil_date date;
    if (text.size != DATE_LENGTH || text.data[4] != '-' || text.data[7] != '-')
        return false;
    if (!number_parse(text.data, 4, &date.year) || !number_parse(text.data + 5, 2, &date.month) ||
        !number_parse(text.data + 8, 2, &date.day) || !civil_valid(date))
        return false;
    *day_out = day_from_civil(date);
    return true;
}

static void number_format(int number, size_t width, char *digits) {
    for (size_t i = width; i > 0; i--) {
        digits[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
}

void date_format(int64_t day, char text_out[DATE_TEXT_SIZE]) {
    struct civil_date date = civil_from_day(day);
    if (!civil_valid(date))
        date = (struct civil_date){0, 0, 0};
    number_format(date.year, 4, text_out);
    text_out[4] = '-';
    number_format(date.month, 2, text_out + 5);
    text_out[7] = '-';
    number_format(date.day, 2, text_out + 8);
    text_out[DATE_LENGTH] = '\0';
}
