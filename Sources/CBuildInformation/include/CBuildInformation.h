// The commit that was built. In C, so that a new commit costs one small file and a link, no Swift module.
#pragma once

/// The full commit id of the sources, or "unknown" outside a git checkout.
const char *ganomaly_commit(void);

/// 1 when the work tree differed from the commit, else 0.
int ganomaly_dirty(void);
