#include <sel4/sel4.h>

int fixture(void)
{
    return 1;
}
