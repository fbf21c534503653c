#include "truth.h"
void
truth_check(struct world *w, const struct people *p, const char *store, struct findings *f, FILE *out)
{
	(void)w;
	(void)p;
	(void)store;
	(void)f;
	(void)out;
}
