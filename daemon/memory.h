/* memory.h - what malloc keeps, so that a long first import does not stay in memory. */
#ifndef MEMORY_H
#define MEMORY_H

/* Once, before anything is allocated. */
void memory_setup(void);
/* After work of many pages.  Takes about a millisecond. */
void memory_give_back(void);

#endif
