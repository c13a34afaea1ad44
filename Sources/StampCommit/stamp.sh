#!/bin/sh
# usage: stamp.sh SOURCES FILE.swift
# Writes, as Swift, the commit of a work tree and whether files differ from it. Leaves FILE untouched if nothing
# changed.
set -eu
commit=$(git -C "$1" rev-parse HEAD 2>/dev/null || echo unknown)
dirty=false
if [ "$commit" != unknown ] && [ -n "$(git -C "$1" status --porcelain 2>/dev/null)" ]; then dirty=true; fi
text="enum Stamp {
  static let commit = \"$commit\"
  static let isDirty = $dirty
}"
if [ ! -f "$2" ] || [ "$(cat "$2")" != "$text" ]; then printf '%s\n' "$text" > "$2"; fi
