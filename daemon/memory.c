#include "daemon/memory.h"

#include <malloc.h>

void
memory_setup(void)
{
	/* Answers are the only blocks larger than an arena's: each gets pages of its own, which go back when it is done with.  Left to
	 * itself malloc raises this limit to the largest block ever freed, and keeps what an import needed. */
	mallopt(M_MMAP_THRESHOLD, 96 * 1024);
	/* What a turn needs stays for the next one. */
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

void
memory_give_back(void)
{
	malloc_trim(0);
}
