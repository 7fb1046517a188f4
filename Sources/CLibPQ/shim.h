// What Swift cannot import of libpq-fe.h: processors that are C functions of two shapes, and macros.
#pragma once
#include <libpq-fe.h>

// The server's notices quote rows and identifiers: none is printed.
static void gw_ignore_notice(void *arg, const PGresult *res) { (void)arg; (void)res; }
static inline void gw_ignore_notices(PGconn *conn) { PQsetNoticeReceiver(conn, gw_ignore_notice, (void *)0); }
