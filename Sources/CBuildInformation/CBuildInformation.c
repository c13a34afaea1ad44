#include "CBuildInformation.h"

const char *ganomaly_commit(void) { return GANOMALY_COMMIT; }

int ganomaly_dirty(void) { return GANOMALY_DIRTY; }
