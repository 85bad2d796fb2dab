/*
 * The program linkgatectl. All it does is set the locale, so that names in Chinese line up in
 * tables; the rest is in the library, where tests reach it.
 */
#include <locale.h>
#include <stdlib.h>

#include "tools/ctl.h"

int main(int argc, char **argv) {
    if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    return (int)ctl_main(argc, argv, stdin, stdout, stderr);
}
