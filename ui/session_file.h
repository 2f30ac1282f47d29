/*
 * Session files: everything that is needed to walk the same walk again.
 *
 *	"bpfwalk\n"  magic
 *	u32          version
 *	u32          zero
 *	u64          length of the whole file in bytes
 *	sections     each: u32 tag, u32 zero, u64 length, bytes padded with zeroes to 8
 *	             CAPTURE  one for each capture, in order: its sha256, u64 packets, u32 1 = the packets
 *	                      are in here, u32 length of the path (as seen from this file's folder), the
 *	                      path padded to 8, and for each packet u64 time, u32 length, u32 length on the
 *	                      wire, bytes padded to 8
 *	             INPUTS   the kernel's input log (sim_log)
 *	             RECORDS  what the front end remembers, as lines of text
 *	             BRANCHES timelines that a debugger keeps (branch_saved.c)
 *	sha256       of all bytes before it
 *
 * Numbers are little-endian. A reader checks length and checksum first, so what follows is as it was written;
 * it checks all bounds nevertheless. Sections with an unknown tag are passed over.
 * Writing: session_save.c; reading: session_load.c.
 */
#ifndef UI_SESSION_FILE_H
#define UI_SESSION_FILE_H

#define SESSION_MAGIC "bpfwalk\n"
#define SESSION_VERSION 1
#define SESSION_HEADER 24 /* bytes */

enum session_section { SECTION_CAPTURE = 1, SECTION_INPUTS = 2, SECTION_RECORDS = 3, SECTION_BRANCHES = 4 };

#endif
