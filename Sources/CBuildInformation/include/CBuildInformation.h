// The commit that was built. In C because SwiftPM can hand a value to C sources only (`.define(_, to:)`).
#pragma once

/// The full commit id of the sources, or "unknown" outside a git checkout.
const char *ganomaly_commit(void);

/// 1 when the work tree differed from the commit, else 0.
int ganomaly_dirty(void);
