/*
 * The tables of docs/linkgatectl-json.md.
 */
#ifndef LG_DOCS_TOOL_TABLES_H
#define LG_DOCS_TOOL_TABLES_H

void print_tool_commands(void);
void print_tool_shapes(void);

#endif
