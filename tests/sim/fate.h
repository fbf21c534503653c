/* fate.h - what befalls the service's machine: kills at any moment and at any step, stops of minutes, hours or days, clocks that jump,
 * backups, and old copies of the store that are put back.
 */
#ifndef SIM_FATE_H
#define SIM_FATE_H

#include "place.h"
#include "world.h"

struct fate;
enum fate_act { FATE_NOTHING, FATE_STARTS, FATE_KILLS, FATE_SIGNAL };

struct fate *fate_new(struct world *, const struct place *);
void fate_free(struct fate *);
int64_t fate_next(const struct fate *);
enum fate_act fate_act(
	struct fate *); /* what is due now; files and clocks are seen to here, the process by the caller */
void fate_ended(struct fate *, int64_t now); /* the service ended: it will be started again */

#endif
