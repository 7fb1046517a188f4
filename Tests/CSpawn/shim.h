// The two functions of glibc's <spawn.h> that Swift's module of glibc leaves out, because it is built without _GNU_SOURCE.
#pragma once
#include <spawn.h>

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
