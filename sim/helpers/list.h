/*
 * The list of helpers: the contract (struct bpf_func_proto) of each of Linux 6.1's, by topic. table.c makes
 * the table of it.
 *
 *   HELPER(name without "bpf_", what it returns, HELPER_* flags, what it does, {argument, type} ...)
 * 	a C function helper_NAME does it;
 *   VM_HELPER(...)
 * 	the interpreter does it, because it changes what runs next;
 *   CONTRACT(...)
 * 	only the contract is there: programs that call it can be verified, not run;
 *   VARIANT(name, suffix, ...)
 * 	another contract for some types of programs, number HELPER_name_suffix (helper.h).
 *
 * Names of arguments are those of bpf-helpers(7).
 */
#include "list_map.h"
#include "list_packet.h"
#include "list_sock.h"
#include "list_task.h"
#include "list_text.h"
#include "list_trace.h"
