#include "subcommands.h"
namespace bench { int slow(const QStringList &) { return 2; } }
