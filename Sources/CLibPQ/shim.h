// For Swift, which cannot import these: a processor that is a C function, and eventfd.
#pragma once
#include <libpq-fe.h>
#include <sys/eventfd.h>

// The server's notices quote rows and identifiers: none is printed.
static void gw_ignore_notice(void *arg, const PGresult *res) { (void)arg; (void)res; }
static inline void gw_ignore_notices(PGconn *conn) { PQsetNoticeReceiver(conn, gw_ignore_notice, (void *)0); }

// Readable once something was written to it.
static inline int gw_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
