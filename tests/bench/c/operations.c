/*
 * What is measured, in C: each function does one thing so many times, and returns a sum of what it got, so that nothing is left out.
 * src/operations.rs has the same functions in Rust, statement for statement.
 */
/* As a program in C has libsel4's functions: compiled into their callers. (selfe builds libsel4.a to have them all.) */
#define CONFIG_LIB_SEL4_INLINE_INVOCATIONS 1
#include <sel4/sel4.h>

/* What the functions work on: `Objects` of src/operations.rs. */
struct objects {
    seL4_CPtr endpoint;
    seL4_CPtr badged;
    seL4_CPtr notification;
    seL4_CPtr thread;
    seL4_CPtr authority;
    seL4_CPtr untyped;
    seL4_CPtr cnode;
    seL4_Word first_slot;
};

typedef const struct objects *objects_t;

seL4_Word c_call_0(objects_t objects, seL4_Word times)
{
    seL4_CPtr endpoint = objects->endpoint;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_MessageInfo_t answer = seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
        sum += seL4_MessageInfo_get_length(answer);
    }
    return sum;
}

void c_serve_0(seL4_CPtr endpoint)
{
    seL4_Recv(endpoint, 0);
    for (;;) {
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), 0);
    }
}

seL4_Word c_call_4(objects_t objects, seL4_Word times)
{
    seL4_CPtr endpoint = objects->endpoint;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_SetMR(0, sum);
        seL4_SetMR(1, i);
        seL4_SetMR(2, i + 1);
        seL4_SetMR(3, i + 2);
        seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 4));
        sum += seL4_GetMR(0) + seL4_GetMR(1) + seL4_GetMR(2) + seL4_GetMR(3);
    }
    return sum;
}

void c_serve_4(seL4_CPtr endpoint)
{
    seL4_Word badge;
    seL4_Recv(endpoint, &badge);
    for (;;) {
        seL4_SetMR(0, seL4_GetMR(3) + badge);
        seL4_SetMR(1, seL4_GetMR(2));
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 4), &badge);
    }
}

seL4_Word c_call_registers(objects_t objects, seL4_Word times)
{
    seL4_CPtr endpoint = objects->endpoint;
    seL4_Word a = 1, b = 2, sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_CallWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 2), &a, &b
#ifndef CONFIG_ARCH_IA32
                         , 0, 0
#endif
                        );
        sum += a + b;
    }
    return sum;
}

void c_serve_registers(seL4_CPtr endpoint)
{
    seL4_Word badge, a = 0, b = 0;
    seL4_RecvWithMRs(endpoint, &badge, &a, &b
#ifndef CONFIG_ARCH_IA32
                     , 0, 0
#endif
                    );
    for (;;) {
        a += badge;
        seL4_ReplyRecvWithMRs(endpoint, seL4_MessageInfo_new(0, 0, 0, 2), &badge, &a, &b
#ifndef CONFIG_ARCH_IA32
                              , 0, 0
#endif
                             );
    }
}

seL4_Word c_call_20(objects_t objects, seL4_Word times)
{
    seL4_CPtr endpoint = objects->endpoint;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        for (seL4_Word word = 0; word < 20; word++) {
            seL4_SetMR(word, sum + word);
        }
        seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 20));
        for (seL4_Word word = 0; word < 20; word++) {
            sum += seL4_GetMR(word);
        }
    }
    return sum;
}

void c_serve_20(seL4_CPtr endpoint)
{
    seL4_Word badge;
    seL4_Recv(endpoint, &badge);
    for (;;) {
        for (seL4_Word word = 0; word < 20; word++) {
            seL4_SetMR(word, seL4_GetMR(word) + badge);
        }
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 20), &badge);
    }
}

seL4_Word c_call_cap(objects_t objects, seL4_Word times)
{
    seL4_CPtr badged = objects->badged;
    seL4_CPtr endpoint = objects->endpoint;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_SetCap(0, badged);
        seL4_MessageInfo_t answer = seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 1, 0));
        sum += seL4_MessageInfo_get_label(answer);
    }
    return sum;
}

void c_serve_cap(seL4_CPtr endpoint)
{
    seL4_Recv(endpoint, 0);
    for (;;) {
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(seL4_GetBadge(0), 0, 0, 0), 0);
    }
}

seL4_Word c_poll(objects_t objects, seL4_Word times)
{
    seL4_CPtr notification = objects->notification;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_Word badge;
        seL4_Poll(notification, &badge);
        sum += badge;
    }
    return sum;
}

seL4_Word c_yield(objects_t objects, seL4_Word times)
{
    (void) objects;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_Yield();
    }
    return times;
}

seL4_Word c_signal_wait(objects_t objects, seL4_Word times)
{
    seL4_CPtr notification = objects->notification;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        seL4_Word badge;
        seL4_Signal(notification);
        seL4_Wait(notification, &badge);
        sum += badge;
    }
    return sum;
}

seL4_Word c_set_priority(objects_t objects, seL4_Word times)
{
    seL4_CPtr thread = objects->thread;
    seL4_CPtr authority = objects->authority;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        sum += seL4_TCB_SetPriority(thread, authority, i);
    }
    return sum;
}

seL4_Word c_retype(objects_t objects, seL4_Word times)
{
    seL4_CPtr untyped = objects->untyped;
    seL4_CPtr cnode = objects->cnode;
    seL4_Word first_slot = objects->first_slot;
    seL4_Word sum = 0;
    for (seL4_Word i = 0; i < times; i++) {
        sum += seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, cnode, 0, 0, first_slot + i, 1);
    }
    return sum;
}
