/*
 * --help, from the tables of commands and options.
 */
#include <string.h>

#include "tools/ctl_values.h"

static void print_options(uint64_t bits, FILE *to) {
    for (int i = 0; i < CTL_OPTIONS; i++) {
        const struct ctl_option_row *row = ctl_option_row((enum ctl_option)i);
        char words[48];
        snprintf(words, sizeof(words), "%s%s%s", row->name, row->value != NULL ? " " : "",
                 row->value != NULL ? row->value : "");
        if (bits & UINT64_C(1) << i)
            fprintf(to, "  %-24s  %s\n", words, row->help);
    }
}

static void print_times(uint64_t bits, FILE *to) {
    if (bits & (CTL_BIT(FROM) | CTL_BIT(TO) | CTL_BIT(UNTIL)))
        fputs("\nA TIME is a day (2026-07-01), a time of Shanghai ('2026-07-01 09:30:00'; 09:30 is "
              "today),\nor how long ago, or from now (90s, 10m, 2h, 3d).\n",
              to);
}

static void print_common(FILE *to) {
    fprintf(
        to,
        "\nWith every command:\n"
        "  --socket PATH             the gateway's admin socket (%s)\n"
        "  --json                    print JSON for programs instead of tables\n"
        "  --help                    explain the command\n"
        "\nExit status: 0 done, 1 refused by the gateway (verify: something is wrong), 2 "
        "wrong arguments,\n3 gateway not reached (verify: not to be looked at), 4 requested, and "
        "waits for a second person.\n",
        CTL_SOCKET);
}

static void print_command(const struct ctl_command *command, FILE *to) {
    fprintf(to, "usage: linkgatectl %s%s%s%s\n\n%s\n", command->name,
            command->words[0] != '\0' ? " " : "", command->words,
            command->options != 0 ? " [options]" : "", command->help);
    if (ctl_command_takes_two(command))
        fputs("\nTakes two people: it is requested by this, and carried out when another user "
              "approves it\n(linkgatectl approval approve).\n",
              to);
    else if (ctl_command_orders(command))
        fputs("\nTakes the right to give orders ([admin] group).\n", to);
    if (command->states != NULL) {
        char states[512];
        ctl_names_list(command->states, states, sizeof(states));
        fprintf(to, "\nStates: %s\n", states);
    }
    if (command->options != 0)
        fputc('\n', to);
    print_options(command->options, to);
    print_times(command->options, to);
    print_common(to);
}

void ctl_print_help(const struct ctl_command *command, FILE *to) {
    if (command != NULL) {
        print_command(command, to);
        return;
    }
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    fputs(
        "usage: linkgatectl COMMAND [options]\n\nAsks and directs a running linkgate gateway.\n\n",
        to);
    for (size_t i = 0; i < count; i++) {
        char words[64];
        snprintf(words, sizeof(words), "%s %s", commands[i].name, commands[i].words);
        fprintf(to, "  %-26s %s%.*s\n", words, ctl_command_takes_two(&commands[i]) ? "* " : "  ",
                (int)strcspn(commands[i].help, "\n"), commands[i].help);
    }
    fputs("\n* takes two people: requested by one user, approved by another.\n"
          "linkgatectl COMMAND --help explains each.\n",
          to);
    print_common(to);
}
