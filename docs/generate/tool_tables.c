/*
 * What linkgatectl --json prints: its commands and the shapes of their answers, as Markdown for
 * docs/linkgatectl-json.md. A shape within another one stands behind it, and each stands once.
 */
#include "tool_tables.h"

#include <stdio.h>
#include <string.h>

#include "tools/ctl.h"

#define SHAPES_MAX 128

void print_tool_commands(void) {
    size_t count;
    const struct ctl_command *commands = ctl_commands(&count);
    printf("| command | prints |\n| --- | --- |\n");
    for (size_t i = 0; i < count; i++) {
        const struct ctl_command *command = &commands[i];
        bool paged = command->options & CTL_BIT(AFTER) || command->order == COMMAND_SEARCH;
        if (command->rows != NULL)
            printf("| `%s` | `%s`: array of *%s*%s |\n", command->name, command->rows,
                   command->shape->name, paged ? "; `more`; `next`" : "");
        else
            printf("| `%s` | *%s* |\n", command->name, command->shape->name);
    }
}

/* The command makes it: what it is stands in front of its help. */
static void print_made(const struct ctl_field *field) {
    int size = (int)strcspn(field->help, ":");
    const char *rest = field->help + size + strspn(field->help + size, ": ");
    printf("| `%s` | %.*s%s%s%s | %s |\n", field->key, size, field->help,
           field->of != NULL ? " *" : "", field->of != NULL ? field->of->name : "",
           field->of != NULL ? "*" : "", rest);
}

static void print_fields(const struct ctl_shape *shape) {
    for (const struct ctl_field *field = shape->fields; field->key != NULL; field++) {
        if (field->as == CTL_AS_INLINE)
            print_fields(field->of);
        else if (field->as == CTL_AS_MADE)
            print_made(field);
        else
            printf("| `%s` | %s%s%s%s%s | %s |\n", field->key, ctl_as_name(field->as),
                   field->only_with != NULL ? " or null" : "", field->of != NULL ? " *" : "",
                   field->of != NULL ? field->of->name : "", field->of != NULL ? "*" : "",
                   field->help);
    }
}

/* A shape, and those in it that were not printed yet. */
static void print_shape(const struct ctl_shape *shape, const struct ctl_shape **printed,
                        size_t *count) {
    for (size_t i = 0; i < *count; i++) {
        if (printed[i] == shape)
            return;
    }
    ENSURE(*count < SHAPES_MAX);
    printf("%s### %s\n\n%s\n\n| key | is | meaning |\n| --- | --- | --- |\n",
           *count > 0 ? "\n" : "", shape->name, shape->help);
    printed[(*count)++] = shape;
    print_fields(shape);
    for (const struct ctl_field *field = shape->fields; field->key != NULL; field++) {
        if (field->of != NULL && field->as != CTL_AS_INLINE)
            print_shape(field->of, printed, count);
    }
}

void print_tool_shapes(void) {
    const struct ctl_shape *printed[SHAPES_MAX];
    size_t count = 0;
    for (size_t i = 0; ctl_shape_at(i) != NULL; i++)
        print_shape(ctl_shape_at(i), printed, &count);
}
