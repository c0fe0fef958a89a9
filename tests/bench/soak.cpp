#include "subcommands.h"
namespace bench { int soak(const QStringList &) { return 2; } }
