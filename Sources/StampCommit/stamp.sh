#!/bin/sh
# usage: stamp.sh SOURCES FILE.c
# Writes the commit of a work tree, and whether files differ from it, as C; leaves an equal file untouched.
set -eu
commit=$(git -C "$1" rev-parse HEAD 2>/dev/null || echo unknown)
dirty=0
if [ "$commit" != unknown ] && [ -n "$(git -C "$1" status --porcelain 2>/dev/null)" ]; then dirty=1; fi
text="#include \"CBuildInformation.h\"

const char *ganomaly_commit(void) { return \"$commit\"; }

int ganomaly_dirty(void) { return $dirty; }"
if [ ! -f "$2" ] || [ "$(cat "$2")" != "$text" ]; then printf '%s\n' "$text" > "$2"; fi
