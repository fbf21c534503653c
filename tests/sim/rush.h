/* rush.h - on time: replies that take 95 % of one budget, with their whole cost of look, send and read-back.
 *
 * The whole daemon under `--rush`: messages come in, rules answer them, each shop has promised another time and each rule waits another while, so
 * that who comes first is seldom who has to leave first.  Nothing goes wrong but answers to sends that get lost: then there is another look.
 * Towards the end comes more than can leave, the buyers stop, and the service is asked for its forecast.  Judged is, from the store:
 *
 *   - what can be in time was: in each time during which somebody waits, when the order by deadline meets all deadlines (reckoned afterwards,
 *     call by call, with no more at once than the reserve holds), so must the service;
 *   - how many of these the order of arrival would have missed, on the same trace;
 *   - the forecast named exactly those that left late.
 */
#ifndef SIM_RUSH_H
#define SIM_RUSH_H

#include "people.h"

#define RUSH_INTERVAL MINUTE /* a call each */
#define RUSH_BURST    10

void rush_lives(struct people *);
/* 1: all was as it should be.  One line about it, and one for each that was not. */
int rush_judge(const struct world *, const char *store, FILE *out);

#endif
