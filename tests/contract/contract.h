/* contract.h - what every connector must keep to, whatever its platform. */
#ifndef CONTRACT_CONTRACT_H
#define CONTRACT_CONTRACT_H

#include "connector.h"

/* Checks one connector; its failures are appended to `report`, a line each: "NAME: EXCHANGE: what was expected; what was
 * found".  `tapes` is a folder of answers that the connector accepts, ROLE-NAME.STEP.json|xml (NULL: none); `bodies` one of
 * any answers of that platform, to be damaged and read (NULL: none).  Returns the number of failures. */
int contract_check(const struct connector *, const char *tapes, const char *bodies, struct buf *report);

#endif
