/* daemon.h - the running service: everything a turn of the loop works with. */
#ifndef DAEMON_H
#define DAEMON_H

#include "daemon/conf/conf.h"
#include "i18n/intent.h"
#include "daemon/policy/policy.h"
#include "daemon/secret.h"
#include "daemon/store/store.h"
#include "daemon/template/library.h"
#include "daemon/transport/transport.h"

struct daemon {
	const char        *conf_file;
	struct conf       *conf;
	struct store      *store;
	struct library    *library;
	struct phrases    *phrases;
	struct policy    **policies;  /* beside connectors[] */
	struct secret_key *key;
	struct transport  *transport;
	const char        *installation; /* random id of this store */
	struct runner     *runners;   /* one per account: runner.h */
	int                nrunners;
	int                reload;    /* SIGHUP came */
};

const struct policy *daemon_policy(const struct daemon *, const struct connector *);
const struct conf_account *daemon_account(const struct daemon *, const char *name); /* NULL */

#endif
