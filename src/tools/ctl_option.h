/*
 * The options that commands of linkgatectl take. What each is: the table of ctl_args.c.
 */
#ifndef LG_TOOLS_CTL_OPTION_H
#define LG_TOOLS_CTL_OPTION_H

enum ctl_option {
    CTL_NAME,
    CTL_ROLES,
    CTL_PIN,
    CTL_DENY,
    CTL_ALLOW,
    CTL_STATE,
    CTL_BANK,
    CTL_LINK,
    CTL_KIND,
    CTL_FROM,
    CTL_TO,
    CTL_MIN,
    CTL_MAX,
    CTL_CONFLICT,
    CTL_HELD,
    CTL_AMENDING,
    CTL_OVERDUE,
    CTL_UID,
    CTL_OF_ORDER,
    CTL_ACCOUNT,
    CTL_ID_NUMBER,
    CTL_BLOCK,
    CTL_REASON,
    CTL_REFERENCE,
    CTL_UNTIL,
    CTL_YES,
    CTL_INTERVAL,
    CTL_TIMES,
    CTL_AFTER,
    CTL_LIMIT,
    CTL_STORE,
    CTL_KEYS,
    CTL_CONFIG,
    CTL_FROM_BACKUP,
    CTL_TEMP,
    CTL_LIVE,
    CTL_TRANSFER,
    CTL_DATE,
    CTL_CSV,
    CTL_WAS_POSTED,
    CTL_WAS_REFUSED,
    CTL_WAS_UNDONE,
    CTL_WORD,
    CTL_DOCUMENT,
    CTL_AT,
    CTL_BEGIN,
    CTL_OPTIONS
};

#endif
