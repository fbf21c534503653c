/* registry.c - the connectors as the program knows them, with rotating.c's in eBay's place. */
#define ebay simulated
#include "connectors/registry.c"
