// What Swift cannot import of sqlite3.h: a variadic call and a destructor that is a cast integer.
#pragma once
#include <sqlite3.h>

// A null pointer would bind NULL; an empty text and an empty blob are values.
static inline int gw_bind_text(sqlite3_stmt *s, int i, const char *p, int n) {
    return sqlite3_bind_text(s, i, n == 0 ? "" : p, n, SQLITE_TRANSIENT);
}
static inline int gw_bind_blob(sqlite3_stmt *s, int i, const void *p, int n) {
    return n == 0 ? sqlite3_bind_zeroblob(s, i, 0) : sqlite3_bind_blob(s, i, p, n, SQLITE_TRANSIENT);
}
static inline int gw_defensive(sqlite3 *db) { return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0); }
