/*
 * The one table of configuration keys.
 *
 * Invariant: every member of struct config has exactly one row, and whatever is said about a key
 * anywhere (defaults, help, ranges, what a reload may change) is read from here. It does not know
 * files: reading one is config.c's.
 */
#include "daemon/config.h"

#define TEXT_MAX 120
#define PATH_MAX_BYTES 170 /* with its key in one line */

#define AT(member) offsetof(struct config, member)
#define TEXT(s, n, member, standard, example, reload, help)                                        \
    { s, n, CONFIG_TEXT, AT(member), standard, example, 0, TEXT_MAX, "", reload, help }
#define PATH(s, n, member, standard, example, reload, help)                                        \
    { s, n, CONFIG_PATH, AT(member), standard, example, 0, PATH_MAX_BYTES, "", reload, help }
#define NUMBER(s, n, member, standard, min, max, unit, reload, help)                               \
    { s, n, CONFIG_NUMBER, AT(member), standard, standard, min, max, unit, reload, help }

static const struct config_key keys[] = {
    TEXT("gateway", "name", gateway_name, "linkgate", "linkgate", false,
         "What the gateway calls itself in Hello and in its log lines."),
    TEXT("gateway", "host", gateway_host, "0.0.0.0", "0.0.0.0", false,
         "Address (IPv4 or IPv6) on which banks connect; :: is every address of both kinds. Not "
         "used "
         "when systemd hands over the socket (linkgated.socket says then where)."),
    NUMBER("gateway", "port", gateway_port, "7443", 0, 65535, "", false,
           "TCP port; 0 takes any free one, which the log and `linkgatectl status` tell. Not used "
           "when "
           "systemd hands over the socket."),
    NUMBER("gateway", "drain_ms", gateway_drain_ms, "10000", 0, 600000, "ms", true,
           "How long a stop waits for what is in flight after GoAway."),

    PATH("tls", "ca", tls_ca, NULL, "/etc/linkgate/tls/ca.crt", true,
         "The CA (PEM) that signs banks' certificates. A private one: nothing else is believed."),
    PATH("tls", "crl", tls_crl, "", "/etc/linkgate/tls/crl.pem", true,
         "Its list of revoked certificates (PEM). An expired list refuses every bank."),
    PATH("tls", "certificate", tls_certificate, NULL, "/etc/linkgate/tls/gateway.crt", true,
         "The gateway's certificate chain (PEM)."),
    PATH("tls", "key", tls_key, NULL, "/etc/linkgate/tls/gateway.key", true,
         "Its private key (PEM, not encrypted)."),

    PATH("store", "dir", store_dir, NULL, "/var/lib/linkgate/store", false,
         "Folder of the store and the command log; made when missing, readable by nobody else."),
    PATH("store", "keys", store_keys, NULL, "$CREDENTIALS_DIRECTORY/store.keys", false,
         "Key file (mode 0600) under which the log and personal data are encrypted; made once with "
         "`linkgated --make-keys FILE`. Without it the store cannot be read: keep a copy apart."),
    NUMBER("store", "map_mib", store_map_mib, "65536", 16, 4194304, "MiB", false,
           "Largest size of the store's file. It is sparse: large costs nothing."),
    NUMBER("store", "check_mib", store_check_mib, "512", 0, 4194304, "MiB", false,
           "A store that uses no more than this is checked whole before anybody is served, about a "
           "second for each GiB that is in memory; a larger one while it serves."),

    NUMBER("log", "segment_mib", log_segment_mib, "64", 1, 1024, "MiB", false,
           "Size of one segment, which is written ahead and recycled."),
    NUMBER("log", "max_mib", log_max_mib, "16384", 4, 4194304, "MiB", false,
           "All segments together; at this size new work is refused. At least 4 segments."),
    NUMBER("log", "keep_hours", log_keep_hours, "24", 0, 87600, "h", false,
           "Age below which a segment is kept although all of it is in the store."),
    NUMBER("log", "spares", log_spares, "2", 1, 64, "", false, "Segments kept ready to be used."),
    NUMBER(
        "log", "backup_required", log_backup_required, "0", 0, 1, "", false,
        "1: a segment is recycled only when a verified backup holds all of it. Without backups the "
        "log then grows to max_mib, and new work is refused."),

    NUMBER("limits", "connections", limits_connections, "1024", 1, 65536, "", false,
           "Connections at a time; further ones are closed at once."),
    NUMBER("limits", "handshakes", limits_handshakes, "64", 1, 4096, "", false,
           "Of these, TLS handshakes at a time."),
    NUMBER("limits", "connections_per_bank", limits_connections_per_bank, "16", 1, 64, "", false,
           "Sessions that one bank may hold."),
    NUMBER("limits", "window", limits_window, "1024", 1, 4096, "", false,
           "Requests in flight on one connection, each way."),
    NUMBER(
        "limits", "refusals", limits_refusals, "200", 0, 1000000, "a second", true,
        "Requests that a bank may have refused in a second; when there are more, its connections "
        "are read more slowly. 0: any number."),
    NUMBER("limits", "exchanges", limits_exchanges, "1048576", 1024, 16777216, "", false,
           "Instructions and questions to banks that wait for an answer, all together."),
    NUMBER("limits", "queue", limits_queue, "4096", 256, 1048576, "", false,
           "Commands that wait for the ledger; when full, no more is read from banks."),
    NUMBER("limits", "overlay_keys", limits_overlay_keys, "200000", 1000, 10000000, "", false,
           "Changed keys in memory that start a flush to the store."),
    NUMBER("limits", "overlay_mib", limits_overlay_mib, "64", 1, 65536, "MiB", false,
           "Changed bytes in memory that start a flush."),
    NUMBER("limits", "overlay_ms", limits_overlay_ms, "1000", 10, 3600000, "ms", false,
           "Time after which what is in memory is flushed."),

    NUMBER("recon", "max_mib", recon_max_mib, "1024", 8, 1048576, "MiB", false,
           "Room for banks' lists in [store] dir; a list that finds none is refused."),
    NUMBER("recon", "keep_days", recon_keep_days, "7", 1, 3650, "d", true,
           "How long a list and what comparing it gave are kept."),

    NUMBER("session", "handshake_ms", session_handshake_ms, "10000", 100, 60000, "ms", true,
           "Time for a new connection's TLS handshake."),
    NUMBER("session", "hello_ms", session_hello_ms, "5000", 100, 60000, "ms", true,
           "Time from then to its Hello."),
    NUMBER("session", "heartbeat_ms", session_heartbeat_ms, "15000", 100, 600000, "ms", true,
           "Silence after which a heartbeat is sent; three without an answer close the session."),

    PATH("admin", "socket", admin_socket, "/run/linkgate/admin.sock", "/run/linkgate/admin.sock",
         false, "Unix socket for linkgatectl."),
    TEXT("admin", "group", admin_group, "", "linkgate-operators", true,
         "Group whose members may read and change, besides root and the daemon's own user."),
    TEXT("admin", "read_group", admin_read_group, "", "linkgate-readers", true,
         "Group whose members may only read."),

    NUMBER("journal", "level", journal_level, "6", 3, 7, "", true,
           "Least urgent priority that is logged: 3 error, 4 warning, 5 notice, 6 info, 7 debug."),
};

const struct config_key *config_keys(size_t *count_out) {
    *count_out = sizeof(keys) / sizeof(keys[0]);
    return keys;
}
