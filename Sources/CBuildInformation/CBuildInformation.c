// The functions are defined in a file that the plugin StampCommit writes before every build.
#include "CBuildInformation.h"
